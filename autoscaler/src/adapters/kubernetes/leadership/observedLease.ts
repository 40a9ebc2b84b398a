import type { V1LeaseSpec } from "@kubernetes/client-node";

/**
 * What this process has seen of a lease. Times are monotonic seconds of this machine: a holder's time is over when its record has
 * not changed for a lease's duration *here*, so the clocks of two machines are never compared.
 */
export class ObservedLease {
  readonly #firstWaitSeconds: number;
  #text: string | undefined;
  #changedAt = -Infinity;
  #spec: V1LeaseSpec | undefined;

  /** `firstWaitSeconds`: so long a lease that was never seen has to be missing before it is free. */
  constructor(firstWaitSeconds: number) {
    this.#firstWaitSeconds = firstWaitSeconds;
  }

  /** The record as last seen, also after the lease was deleted. */
  get spec(): V1LeaseSpec | undefined {
    return this.#spec;
  }

  /** Undefined: nobody, or the lease was never seen. */
  get holder(): string | undefined {
    const holder = this.#spec?.holderIdentity;
    return holder === "" ? undefined : holder;
  }

  /** `spec` undefined: there is no lease. */
  observe(spec: V1LeaseSpec | undefined, at: number): void {
    // A deleted lease frees nobody's term: its holder may still act and makes it again with the next renewal.
    if (spec === undefined && this.#text !== undefined) return;
    const text = JSON.stringify(spec ?? null);
    if (text === this.#text) return;
    this.#text = text;
    this.#changedAt = at;
    this.#spec = spec;
  }

  /** Whether `identity` may take the lease at `now`; false before anything was seen. */
  isFreeFor(identity: string, now: number): boolean {
    if (this.#text === undefined) return false;
    if (this.#spec === undefined) return now - this.#changedAt >= this.#firstWaitSeconds;
    const { holder } = this;
    if (holder === undefined || holder === identity) return true;
    return now - this.#changedAt >= (this.#spec.leaseDurationSeconds ?? 0);
  }
}
