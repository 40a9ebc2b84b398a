import type { Policy, PolicyKind, Scenario, Statistics, View } from "../../../simulator/model.ts";

/** One slot a replica and jobs of 2 s: a replica finishes one job each 2 s. */
export const workload = { meanServiceSeconds: 2 };

export function scenarioOf(more: Partial<Scenario> = {}): Scenario {
  return {
    maxWaitSeconds: 30,
    readinessDelay: { kind: "constant", mean: 10 },
    readinessDelaySeconds: 10,
    minReplicas: 1,
    maxReplicas: 100,
    initialReplicas: 1,
    slotsPerReplica: 1,
    statisticsSeconds: 5,
    metricLagSeconds: 0,
    tickJitter: 0,
    scaleIn: { kind: "drain", graceSeconds: 60 },
    ...more,
  };
}

export function statisticsOf(more: Partial<Statistics> = {}): Statistics {
  return {
    observedAt: 0,
    ready: 0,
    unacknowledged: 0,
    publishRateOfInterval: 0,
    publishRate: 0,
    deliverRate: 0,
    ackRate: 0,
    ...more,
  };
}

/** An idle world with one ready replica. */
export function viewOf(more: Partial<View> = {}): View {
  return {
    now: 0,
    replicas: 1,
    readyReplicas: more.replicas ?? 1,
    statistics: statisticsOf(),
    readyNow: 0,
    concurrencySeconds: 0,
    utilizationSeconds: 0,
    ...more,
  };
}

/** The counts that follow if each one is granted and ready at once; `see` tells what is seen at a time. */
export function play(
  kind: PolicyKind,
  ticks: number,
  { replicas: initial = 1, scenario = scenarioOf() }: { replicas?: number; scenario?: Scenario },
  see: (now: number, replicas: number) => Partial<View>,
): number[] {
  const policy: Policy = kind.create(scenario, workload);
  const counts: number[] = [];
  let replicas = initial;
  for (let tick = 0; tick < ticks; tick++) {
    const now = tick * policy.periodSeconds;
    const wanted = policy.decide(viewOf({ now, replicas, ...see(now, replicas) }));
    replicas = Math.min(scenario.maxReplicas, Math.max(scenario.minReplicas, wanted));
    counts.push(replicas);
  }
  return counts;
}
