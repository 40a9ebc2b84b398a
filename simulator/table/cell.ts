import type { Distribution, Scenario } from "../model.ts";
import { buildWorkload, type Window } from "../workloads/windows.ts";

/** One comparison: a window under one delay and one promise. */
export interface Cell {
  readonly window: Window;
  readonly readinessSeconds: number;
  readonly maxWaitSeconds: number;
}

const readinessSeconds = [10, 30, 60];
// Half: nothing but capacity that is there already can help. Four: reaction alone is enough.
const waitsOfReadiness = [0.5, 1, 2, 4];

/** All cells of some windows. */
export function cellsOf(windows: readonly Window[]): Cell[] {
  return windows.flatMap((window) =>
    readinessSeconds.flatMap((readiness) =>
      waitsOfReadiness.map((times) => ({
        ...{ window, readinessSeconds: readiness, maxWaitSeconds: readiness * times },
      })),
    ),
  );
}

/** Image pulls, scheduling and warming up: never the same twice, and never much less than the mean. */
export const readinessDelay = (mean: number): Distribution => ({ kind: "lognormal", mean, cv: 0.25 });

/** The world of all autoscalers in a cell. */
export function scenarioOf({ window, readinessSeconds: mean, maxWaitSeconds }: Cell): Scenario {
  const { services, seconds } = buildWorkload(window, 1);
  const load = services.reduce((sum, service) => sum + service, 0) / seconds;
  return {
    maxWaitSeconds,
    readinessDelay: readinessDelay(mean),
    readinessDelaySeconds: mean,
    minReplicas: 1,
    maxReplicas: window.maxReplicas ?? 100,
    // The mean load: no one begins with a fleet for a peak that only hindsight knows.
    initialReplicas: Math.ceil(load),
    slotsPerReplica: 1,
    statisticsSeconds: 5,
    metricLagSeconds: 1,
    tickJitter: 0.05,
    scaleIn: { kind: "drain", graceSeconds: 30 },
  };
}
