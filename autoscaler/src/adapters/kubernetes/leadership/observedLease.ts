import type { V1LeaseSpec } from "@kubernetes/client-node";

/**
 * What this process has seen of a lease. Times are monotonic seconds of this machine: a holder's time is over when its record has
 * not changed for a lease's duration *here*, so the clocks of two machines are never compared.
 */
export class ObservedLease {
  readonly #firstWaitSeconds: number;
  /** The record as text, which tells any change; undefined before anything was seen, "null" where there was no lease. */
  #text: string | undefined;
  /** Of this machine's clock; the record's own renewTime is another machine's. */
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
    // As client-go compares the raw record: each renewal moves renewTime.
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
    // Given up, or ours: a restarted process of the same name need not wait for itself.
    if (holder === undefined || holder === identity) return true;
    // After a restart too it takes a whole duration, as in client-go, whatever the record's own times say.
    return now - this.#changedAt >= (this.#spec.leaseDurationSeconds ?? 0);
  }
}
