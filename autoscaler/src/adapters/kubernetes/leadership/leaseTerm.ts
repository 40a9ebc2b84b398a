/** A point in time by two clocks, in seconds. */
export interface Moment {
  /** The wall clock: goes on while a machine sleeps, but may be set. */
  readonly wall: number;
  /** Never set back, but stands still while a machine sleeps. */
  readonly monotonic: number;
}

/** One win of the lease, and how long it lasts without a renewal. */
export interface LeaseTermOptions {
  readonly now: () => Moment;
  /** Shorter than the lease: what is left between is for a write that is still on its way. */
  readonly renewDeadlineSeconds: number;
  /** The start of the write that won the lease. */
  readonly wonAt: Moment;
}

/** One time of leadership. It is over when either clock says so, and stays over: nothing that is renewed later revives it. */
export class LeaseTerm {
  readonly #options: LeaseTermOptions;
  readonly #lost = new AbortController();
  /** When the last renewal that succeeded was begun. */
  #renewedAt: Moment;

  constructor(options: LeaseTermOptions) {
    this.#options = options;
    this.#renewedAt = options.wonAt;
  }

  /** Aborts when the term is over; its reason is an Error that says why. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /** Judges by the clocks, not by timers: a process that was stopped learns here first that its time is over. */
  isValid(): boolean {
    if (!this.#lost.signal.aborted && this.secondsLeft() <= 0)
      this.end(`not renewed for ${this.#options.renewDeadlineSeconds} s`);
    return !this.#lost.signal.aborted;
  }

  /** Until the term is over unless it is renewed; never more than the renew deadline, wherever the wall clock was set. */
  secondsLeft(): number {
    const now = this.#options.now();
    // The stricter clock: one stands still in a suspended machine, the other may be set back.
    const elapsed = Math.max(now.wall - this.#renewedAt.wall, now.monotonic - this.#renewedAt.monotonic);
    return this.#options.renewDeadlineSeconds - elapsed;
  }

  /** Takes note of a renewal that began at `at`; too late, it changes nothing. */
  renewed(at: Moment): void {
    if (this.isValid()) this.#renewedAt = at;
  }

  /** `cause` is told with the loss; a second end changes nothing. */
  end(cause: string): void {
    this.#lost.abort(new Error(cause));
  }
}
