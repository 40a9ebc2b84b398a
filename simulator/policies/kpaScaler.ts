import { SlidingMax } from "./slidingMax.ts";

/** DeciderSpec of Knative's pkg/autoscaler/scaling, in seconds and shares. */
export interface KpaConfig {
  /** Jobs per replica that are aimed at. */
  readonly target: number;
  readonly stableSeconds: number;
  /** Panic begins when that many times the ready replicas are wanted. */
  readonly panicThreshold: number;
  readonly maxScaleUpRate: number;
  readonly maxScaleDownRate: number;
  readonly scaleDownDelaySeconds: number;
}

/** Mean concurrency over both windows. */
export interface Concurrency {
  readonly stable: number;
  readonly panic: number;
}

/** The decision of Knative's pod autoscaler with its memory. Source: pkg/autoscaler/scaling/autoscaler.go of knative/serving. */
export class KpaScaler {
  readonly #config: KpaConfig;
  readonly #delayed: SlidingMax | undefined;
  /** When the panic threshold was last exceeded; undefined outside of panic. */
  #panicAt: number | undefined;
  #maxPanicReplicas: number;

  constructor(config: KpaConfig, now: number, readyReplicas: number) {
    this.#config = config;
    this.#delayed = config.scaleDownDelaySeconds > 0 ? new SlidingMax(config.scaleDownDelaySeconds) : undefined;
    // A restart has no history to scale down by, so it holds the count for a stable window.
    this.#panicAt = readyReplicas > 1 ? now : undefined;
    this.#maxPanicReplicas = readyReplicas;
  }

  /** Wanted replicas at a tick. */
  scale(now: number, readyReplicas: number, { stable, panic }: Concurrency): number {
    const { target, panicThreshold, maxScaleUpRate, maxScaleDownRate } = this.#config;
    const ready = Math.max(1, readyReplicas);
    const highest = Math.ceil(maxScaleUpRate * ready);
    const lowest = Math.floor(ready / maxScaleDownRate);
    const clamp = (wanted: number): number => Math.min(Math.max(wanted, lowest), highest);
    const panicWanted = Math.ceil(panic / target);
    this.#updatePanic(now, panicWanted / ready >= panicThreshold);
    const wanted = this.#panicking(clamp(Math.ceil(stable / target)), clamp(panicWanted));
    return this.#delayed === undefined ? wanted : this.#delayed.add(now, wanted);
  }

  #updatePanic(now: number, over: boolean): void {
    // Each tick above the threshold begins the window anew.
    if (over) this.#panicAt = now;
    else if (this.#panicAt !== undefined && now - this.#panicAt > this.#config.stableSeconds) {
      this.#panicAt = undefined;
      this.#maxPanicReplicas = 0;
    }
  }

  /** In panic the count only rises; the stable window may ask for more than the panic window. */
  #panicking(stableWanted: number, panicWanted: number): number {
    if (this.#panicAt === undefined) return stableWanted;
    this.#maxPanicReplicas = Math.max(this.#maxPanicReplicas, stableWanted, panicWanted);
    return this.#maxPanicReplicas;
  }
}
