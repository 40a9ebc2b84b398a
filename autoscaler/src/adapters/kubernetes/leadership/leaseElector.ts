import type { KubeConfig, V1Lease } from "@kubernetes/client-node";
import type { Clock } from "../../../ports/clock.ts";
import type { LeaderElector } from "../../../ports/leaderElector.ts";
import { describeApiError, statusCode } from "../api/apiError.ts";
import { givenUp, heldBy, Lease } from "./lease.ts";
import { LeaseTerm } from "./leaseTerm.ts";
import type { Moment } from "./leaseTerm.ts";
import { ObservedLease } from "./observedLease.ts";

/** `failure` is told once per change of its text. */
export interface LeaseEvent {
  readonly kind: "won" | "lost" | "gaveUp" | "otherHolder" | "failure";
  readonly detail: string;
}

/** Times in seconds. After a crash client-go's 15, 10 and 2 leave 15 s without a leader, these 8. */
export interface LeaseElectorOptions {
  readonly kubeConfig: KubeConfig;
  readonly clock: Clock;
  readonly namespace: string;
  readonly name: string;
  /** Of this process alone: a second one of the same name would lead beside it. */
  readonly identity: string;
  /** So long others wait for a holder that has stopped to renew; whole seconds. */
  readonly leaseDurationSeconds?: number;
  /** So long a holder acts without a renewal. What is missing to the duration is the time that a write in flight may take. */
  readonly renewDeadlineSeconds?: number;
  /** Between two renewals, and between two tries of a candidate; 1 by default. */
  readonly retrySeconds?: number;
  /** Called in between calls: it must neither throw nor take long. */
  readonly onChange?: (event: LeaseEvent) => void;
  /** Seconds that no one can set back. */
  readonly monotonic?: () => number;
}

/** client-go's is 1.2, so up to 2.2 periods; a fifth keeps two candidates apart as well and takes over sooner. */
const jitter = 0.2;
/** An orderly stop must not wait for an API server that is away. */
const releaseSeconds = 2;

/** Elects over a Lease with the semantics of client-go's leaderelection, and a validity that is checked by two clocks at each use. */
export class LeaseElector implements LeaderElector {
  readonly #options: Required<LeaseElectorOptions>;
  readonly #lease: Lease;
  readonly #observed: ObservedLease;
  /** Undefined while this process does not lead. */
  #term: LeaseTerm | undefined;
  /** The Lease as of our last write. */
  #written: V1Lease | undefined;
  /** Whether the record may name us: also after a write whose answer never came. */
  #mayHold = false;
  /** As last told: a server that is away would else be told each second. */
  #failure: string | undefined;
  #toldHolder: string | undefined;

  /** Throws when the times do not fit each other. */
  constructor(options: LeaseElectorOptions) {
    this.#options = {
      ...{ leaseDurationSeconds: 8, renewDeadlineSeconds: 5, retrySeconds: 1 },
      ...{ onChange: () => undefined, monotonic: () => performance.now() / 1000 },
      ...options,
    };
    checkTimes(this.#options);
    const { kubeConfig, namespace, name, renewDeadlineSeconds, retrySeconds } = this.#options;
    // Half, so that a call that hangs leaves time for a second one.
    this.#lease = new Lease({ kubeConfig, namespace, name, callTimeoutSeconds: renewDeadlineSeconds / 2 });
    this.#observed = new ObservedLease(2 * retrySeconds);
  }

  isLeader(): boolean {
    return this.#term?.isValid() ?? false;
  }

  holder(): string | undefined {
    return this.#observed.holder;
  }

  async run(lead: (term: AbortSignal) => Promise<void>, signal: AbortSignal): Promise<void> {
    const { clock, retrySeconds } = this.#options;
    while (!signal.aborted) {
      const wonAt = await this.#campaign(signal);
      if (wonAt !== undefined) await this.#serve(lead, wonAt, signal);
      await clock.sleep(retrySeconds * (1 + jitter * clock.random()), signal);
    }
    if (this.#mayHold) await this.#release();
  }

  /** One try to take the lease; the start of the write when it was won. */
  async #campaign(signal: AbortSignal): Promise<Moment | undefined> {
    const { identity, monotonic } = this.#options;
    try {
      // Before the read: a slow answer must not make the holder's record look older than it is.
      const askedAt = monotonic();
      const lease = await this.#lease.read(signal);
      this.#observe(lease);
      // Before the write: others count the lease from when the server has it, which is later.
      const startedAt = this.#now();
      const free = this.#observed.isFreeFor(identity, askedAt);
      if (free) await this.#take(lease, signal);
      this.#failure = undefined;
      return free && !signal.aborted ? startedAt : undefined;
    } catch (error) {
      // 409: another candidate was faster, which is how an election goes.
      if (statusCode(error) !== 409 && !signal.aborted) this.#failed("campaign", error);
      return undefined;
    }
  }

  async #serve(lead: (term: AbortSignal) => Promise<void>, wonAt: Moment, campaign: AbortSignal): Promise<void> {
    const { renewDeadlineSeconds, identity, onChange } = this.#options;
    const term = new LeaseTerm({ now: () => this.#now(), renewDeadlineSeconds, wonAt });
    // A write that took longer than the deadline has won a lease of which nothing is left.
    if (!term.isValid()) return;
    this.#term = term;
    term.lost.addEventListener("abort", () => {
      onChange({ kind: "lost", detail: describeApiError(term.lost.reason) });
    });
    // Told before `lead` runs, so that the log has it first.
    onChange({ kind: "won", detail: identity });
    const settled = new AbortController();
    // Both go on after the campaign's end: until `lead` has settled it may still have something to write.
    const keeping = [this.#keepRenewing(term, settled.signal), this.#watch(term, settled.signal)];
    try {
      await lead(AbortSignal.any([campaign, term.lost]));
    } catch (error) {
      this.#failed("lead", error);
    }
    settled.abort();
    await Promise.all(keeping);
    const gaveUp = term.isValid();
    this.#term = undefined;
    // A lost lease that still names us is left alone: it is taken back as soon as the API server answers again.
    if (gaveUp || campaign.aborted) await this.#release();
  }

  async #keepRenewing(term: LeaseTerm, settled: AbortSignal): Promise<void> {
    const { clock, retrySeconds } = this.#options;
    const stop = AbortSignal.any([settled, term.lost]);
    for (;;) {
      await clock.sleep(retrySeconds, stop);
      // The sleep ends early with the term.
      if (stop.aborted) return;
      try {
        await this.#renew(term);
      } catch (error) {
        if (!term.lost.aborted) this.#failed("renew", error);
      }
    }
  }

  async #renew(term: LeaseTerm): Promise<void> {
    let startedAt = this.#now();
    try {
      // Without a read before: the version of our own last write is current unless somebody else wrote.
      await this.#take(this.#written, term.lost);
    } catch (error) {
      // 404: deleted. 409: somebody wrote, and be it an annotation.
      if (statusCode(error) !== 409 && statusCode(error) !== 404) throw error;
      const lease = await this.#lease.read(term.lost);
      this.#observe(lease);
      // Deleted is not lost: the record is made again, before anybody may take it as free.
      if (lease !== undefined && lease.spec?.holderIdentity !== this.#options.identity) {
        term.end(`held by ${this.holder() ?? "nobody"}`);
        return;
      }
      startedAt = this.#now();
      await this.#take(lease, term.lost);
    }
    term.renewed(startedAt);
    this.#failure = undefined;
  }

  /** Ends the term in time although a call hangs, and soon after the wall clock has jumped. */
  async #watch(term: LeaseTerm, settled: AbortSignal): Promise<void> {
    const { clock, retrySeconds } = this.#options;
    const stop = AbortSignal.any([settled, term.lost]);
    while (!stop.aborted && term.isValid())
      await clock.sleep(Math.min(retrySeconds, Math.max(0, term.secondsLeft())), stop);
  }

  async #take(lease: V1Lease | undefined, signal: AbortSignal): Promise<void> {
    const { identity, leaseDurationSeconds, clock } = this.#options;
    // A deleted lease is made again with the count and the time that it had.
    const before = lease?.spec ?? this.#observed.spec;
    const spec = heldBy({ identity, leaseDurationSeconds, now: clock.now() }, before);
    // Before the write: an answer that is lost on its way leaves the record in our name.
    this.#mayHold = true;
    this.#written = await this.#lease.write(lease, spec, signal);
    this.#observe(this.#written);
  }

  async #release(): Promise<void> {
    const { identity, clock, onChange } = this.#options;
    const deadline = AbortSignal.timeout(releaseSeconds * 1000);
    try {
      const lease = await this.#lease.read(deadline);
      // Read once more: giving up what another has taken since would end its term.
      if (lease?.spec?.holderIdentity === identity) {
        this.#observe(await this.#lease.write(lease, givenUp(lease.spec, clock.now()), deadline));
        onChange({ kind: "gaveUp", detail: identity });
      }
      this.#mayHold = false;
    } catch (error) {
      // Others take it when its duration has passed.
      this.#failed("release", error);
    }
  }

  #observe(lease: V1Lease | undefined): void {
    const { identity, monotonic, onChange } = this.#options;
    this.#observed.observe(lease?.spec, monotonic());
    const holder = this.holder();
    if (holder === this.#toldHolder) return;
    this.#toldHolder = holder;
    if (holder === undefined || holder === identity) return;
    this.#mayHold = false;
    onChange({ kind: "otherHolder", detail: holder });
  }

  #now(): Moment {
    return { wall: this.#options.clock.now(), monotonic: this.#options.monotonic() };
  }

  #failed(what: string, error: unknown): void {
    const { namespace, name, onChange } = this.#options;
    const detail = `${what} of Lease ${namespace}/${name}: ${describeApiError(error)}`;
    if (detail === this.#failure) return;
    this.#failure = detail;
    onChange({ kind: "failure", detail });
  }
}

function checkTimes({ leaseDurationSeconds, renewDeadlineSeconds, retrySeconds }: Required<LeaseElectorOptions>): void {
  const problem = (text: string): Error => new Error(`leader election: ${text}`);
  if (!Number.isInteger(leaseDurationSeconds))
    throw problem(`leaseDurationSeconds ${leaseDurationSeconds} is not whole`);
  if (!(retrySeconds > 0)) throw problem(`retrySeconds ${retrySeconds} is not above 0`);
  const longestRetry = retrySeconds * (1 + jitter);
  if (!(renewDeadlineSeconds > longestRetry))
    throw problem(
      `renewDeadlineSeconds ${renewDeadlineSeconds} is not above ${1 + jitter} times retrySeconds ${retrySeconds}`,
    );
  if (!(leaseDurationSeconds > renewDeadlineSeconds))
    throw problem(
      `leaseDurationSeconds ${leaseDurationSeconds} is not above renewDeadlineSeconds ${renewDeadlineSeconds}`,
    );
}
