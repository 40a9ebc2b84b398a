import type { Clock } from "../../../ports/clock.ts";
import type { ScaleError } from "../../../ports/scaleTarget.ts";
import { isAtLeast } from "./workload.ts";
import type { ScaleTargetRef, Workload } from "./workload.ts";

/** As long as a restart of the API server takes the watch; longer, and an outage has to show. */
const maxDownSeconds = 5;
/** A healthy watch lags by milliseconds; one that lags for so long is asked no more. */
const maxLagSeconds = 10;
/** So long a workload that is not there is not asked for again, unless the watch tells of it. */
const missingSeconds = 10;

/** The workloads of one kind in one namespace, as their watch tells them. */
export interface WatchedWorkloads {
  isLive(maxDownSeconds: number): boolean;
  get(name: string, namespace: string): Workload | undefined;
}

/** The newest that is known of one workload: from the watch, or from a read or write that the watch has not caught up with. */
export class LatestWorkload {
  readonly #ref: ScaleTargetRef;
  readonly #workloads: WatchedWorkloads;
  readonly #clock: Clock;
  /** What a read or write of ours has told and the watch has not yet; `at` in epoch seconds. */
  #ahead: { readonly workload: Workload; readonly at: number } | undefined;
  /** The answer 404 and when it came, epoch seconds. */
  #missing: { readonly error: ScaleError; readonly at: number } | undefined;
  /** For Events and pods, which need the uid and the selector also during an outage. */
  #seen: Workload | undefined;

  constructor(ref: ScaleTargetRef, workloads: WatchedWorkloads, clock: Clock) {
    this.#ref = ref;
    this.#workloads = workloads;
    this.#clock = clock;
  }

  /** As last known, however long ago. */
  seen(): Workload | undefined {
    return this.get() ?? this.#seen;
  }

  /** Undefined when it has to be read from the API server. */
  get(): Workload | undefined {
    const watched = this.#watched();
    if (watched === undefined) return undefined;
    this.#missing = undefined;
    if (this.#ahead !== undefined && isAtLeast(watched.resourceVersion, this.#ahead.workload.resourceVersion))
      this.#ahead = undefined;
    if (this.#ahead === undefined) return (this.#seen = watched);
    return this.#age(this.#ahead) <= maxLagSeconds ? this.#ahead.workload : undefined;
  }

  /** Takes over what a read has told; the watch takes precedence once it is as new. */
  set(workload: Workload): void {
    this.#missing = undefined;
    this.#seen = workload;
    this.#ahead = { workload, at: this.#clock.now() };
  }

  /** A write answers with a scale, which does not tell the annotations. */
  setWritten(written: Workload): void {
    // From the last sight: without it each write would lift a pause until the watch catches up.
    const paused = this.seen()?.paused;
    this.set({ ...written, paused });
  }

  /** Takes note of a 404; `error` is what `throwIfMissing` throws from now on. */
  setMissing(error: ScaleError): void {
    this.#ahead = undefined;
    this.#missing = { error, at: this.#clock.now() };
  }

  /** Spares the API server a question whose answer the watch would have told by now. */
  throwIfMissing(): void {
    const isLive = this.#workloads.isLive(maxDownSeconds);
    if (isLive && this.#missing !== undefined && this.#age(this.#missing) < missingSeconds) throw this.#missing.error;
  }

  #watched(): Workload | undefined {
    const { name, namespace } = this.#ref;
    return this.#workloads.isLive(maxDownSeconds) ? this.#workloads.get(name, namespace) : undefined;
  }

  #age({ at }: { readonly at: number }): number {
    return this.#clock.now() - at;
  }
}
