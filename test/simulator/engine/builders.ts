import type { PolicyKind, Run, Scenario, View, Workload } from "../../../simulator/model.ts";
import { simulate } from "../../../simulator/engine/simulate.ts";

/** One slot a replica, which is Ready at once and gone at once, and nobody is late. */
export function scenarioOf(more: Partial<Scenario> = {}): Scenario {
  return {
    maxWaitSeconds: 500,
    readinessDelay: { kind: "constant", mean: 0 },
    readinessDelaySeconds: 0,
    minReplicas: 0,
    maxReplicas: 100,
    initialReplicas: 1,
    slotsPerReplica: 1,
    statisticsSeconds: 5,
    metricLagSeconds: 0,
    tickJitter: 0,
    scaleIn: { kind: "drain", graceSeconds: 1000 },
    ...more,
  };
}

export function workloadOf(arrivals: readonly number[], services: readonly number[], seconds: number): Workload {
  const total = services.reduce((sum, service) => sum + service, 0);
  return {
    ...{ name: "given", seconds, arrivals: Float64Array.from(arrivals), services: Float64Array.from(services) },
    meanServiceSeconds: services.length === 0 ? 1 : total / services.length,
  };
}

/** Asks `count` at each tick. */
export const policyOf = (periodSeconds: number, create: () => (view: View) => number): PolicyKind => ({
  ...{ name: "test", setting: "" },
  create: () => ({ periodSeconds, decide: create() }),
});

/** The counts one after the other, then the last one. */
export const scripted = (periodSeconds: number, counts: readonly number[]): PolicyKind =>
  policyOf(periodSeconds, () => {
    let tick = 0;
    return ({ replicas }) => counts[Math.min(tick++, counts.length - 1)] ?? replicas;
  });

/** With as many replicas as there are at the start. */
export function runConstant(workload: Workload, scenario: Scenario, seed = 1): Run {
  return simulate(workload, scenario, scripted(60, []), seed);
}
