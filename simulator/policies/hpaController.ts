import { addScaleEvent, limit } from "../../autoscaler/src/core/limit.ts";
import type { TargetSpec, Tolerance } from "../../autoscaler/src/core/model.ts";
import { withinTolerance } from "../../autoscaler/src/core/rules/ratio.ts";
import { remember, stabilise } from "../../autoscaler/src/core/stabilise.ts";
import type { Recommendation, State } from "../../autoscaler/src/core/state.ts";
import type { Scenario } from "../model.ts";
import { behaviorOf, type BehaviorSettings } from "./hpaBehavior.ts";
import type { Range } from "./settings.ts";

/** What all kinds of HPA have in common: flags of the controller manager, and `behavior`. */
export interface HpaSettings extends BehaviorSettings {
  /** --horizontal-pod-autoscaler-sync-period, 15 unless said otherwise. */
  readonly syncSeconds?: number;
  /** --horizontal-pod-autoscaler-tolerance, 0.1 unless said otherwise. */
  readonly tolerance?: number;
}

export const syncSecondsOf = ({ syncSeconds = 15 }: HpaSettings): number => syncSeconds;

export function toleranceOf({ tolerance = 0.1 }: HpaSettings): Tolerance {
  return { up: tolerance, down: tolerance };
}

/** For `checkSettings`. */
export function hpaRanges(settings: HpaSettings): Record<string, Range> {
  const { syncSeconds, tolerance, upWindowSeconds, downWindowSeconds } = settings;
  return {
    syncSeconds: { value: syncSeconds, least: 0 },
    tolerance: { value: tolerance, least: 0, inclusive: true },
    upWindowSeconds: { value: upWindowSeconds, least: 0, inclusive: true },
    downWindowSeconds: { value: downWindowSeconds, least: 0, inclusive: true },
  };
}

/**
 * Replicas for a total over a target per replica, both in the metric's unit: an External metric with AverageValue.
 * Source: GetExternalPerPodMetricReplicas in the HPA's replica_calculator.go.
 */
export function averageValue(total: number, target: number, current: number, tolerance: Tolerance): number {
  if (withinTolerance(total / (target * current), tolerance)) return current;
  // Upstream divides whole thousandths: what binary fractions add to a quotient must not become a replica.
  return Math.max(0, Math.ceil(total / target - 1e-9));
}

/** From a recommendation to spec.replicas, with the memory that the HPA keeps in between. */
export class HpaController {
  readonly #spec: TargetSpec;
  readonly #syncSeconds: number;
  #recommendations: readonly Recommendation[] = [];
  #events: Pick<State, "scaleUpEvents" | "scaleDownEvents"> = { scaleUpEvents: [], scaleDownEvents: [] };
  #syncs = 0;

  constructor({ minReplicas, maxReplicas }: Pick<Scenario, "minReplicas" | "maxReplicas">, settings: HpaSettings) {
    this.#syncSeconds = syncSecondsOf(settings);
    this.#spec = {
      name: "",
      mode: "scale",
      // An HPA of at least 0 needs a feature gate.
      minReplicas: Math.max(1, minReplicas),
      maxReplicas,
      metrics: {},
      rules: [],
      behavior: behaviorOf(settings),
      foreignWriteHoldSeconds: 0,
    };
  }

  /** One sync, to be called every `syncSeconds`. `recommended` undefined: a metric could not be read, so nothing is done. */
  sync(current: number, recommended: number | undefined): number {
    // Syncs are counted, not timed: the HPA's queue waits a whole period after each one, so a change made at the last sync is
    // never younger than 15 s, whereas ticks that come late by chance would hold a policy of 15 s closed for another one.
    const now = this.#syncSeconds * this.#syncs++;
    // The count at first sight stands for the history that a new controller does not have.
    if (now === 0) this.#recommendations = [{ at: now, replicas: current }];
    const { minReplicas, maxReplicas, behavior } = this.#spec;
    if (current < minReplicas || current > maxReplicas) return Math.min(maxReplicas, Math.max(minReplicas, current));
    if (recommended === undefined) return current;
    const at = { current, now };
    const stable = stabilise(recommended, at, this.#recommendations, behavior).replicas;
    const { replicas } = limit(stable, at, this.#events, this.#spec);
    this.#recommendations = remember(this.#recommendations, { at: now, replicas: recommended }, behavior);
    if (replicas !== current) this.#events = addScaleEvent(this.#events, replicas - current, now, this.#spec);
    return replicas;
  }
}
