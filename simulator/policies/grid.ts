import type { PolicyKind, Scenario } from "../model.ts";
import { awsBacklog } from "./awsBacklog.ts";
import { capacityOf } from "./capacity.ts";
import { hpaCpu, hpaRate } from "./hpa.ts";
import { keda } from "./keda.ts";
import { kpa } from "./kpa.ts";
import { lcp } from "./lcp.ts";

/**
 * Settings of all baselines, to choose the best of with hindsight; a static count is left to who knows the peak. Windows down of 300 s
 * are the HPA's default. Settings that come to the same value in a scenario are all in it.
 */
export function baselineGrid(scenario: Scenario, meanServiceSeconds: number): PolicyKind[] {
  return [...hpaGrid(), ...kedaGrid(scenario), ...kpaGrid(scenario, meanServiceSeconds), ...awsGrid(), ...lcpGrid()];
}

/** One or two settings of each family, for a first look. */
export function quickGrid(scenario: Scenario): PolicyKind[] {
  const { slotsPerReplica: slots } = scenario;
  const wait = { shareOfWait: 0.5 };
  return [
    hpaRate({ utilization: 0.7 }),
    hpaRate({ utilization: 0.9 }),
    hpaRate({ utilization: 0.9, downWindowSeconds: 60 }),
    hpaCpu({ percent: 70 }),
    keda({ queueLength: slots }),
    keda({ queueLength: wait }),
    keda({ utilization: 0.9 }),
    keda({ queueLength: wait, utilization: 0.9 }),
    kpa(),
    awsBacklog({ latencyShare: 0.5 }),
    awsBacklog({ latencyShare: 0.5, periodSeconds: 10, scaleInShare: 0.25 }),
    lcp({ price: 10, drainShare: 0.5 }),
  ];
}

function hpaGrid(): PolicyKind[] {
  return [
    ...[0.5, 0.6, 0.7, 0.8, 0.9, 1].map((utilization) => hpaRate({ utilization })),
    ...[60, 0].flatMap((downWindowSeconds) =>
      [0.7, 0.9].map((utilization) => hpaRate({ utilization, downWindowSeconds })),
    ),
    ...[50, 70, 90].map((percent) => hpaCpu({ percent })),
    hpaCpu({ percent: 70, downWindowSeconds: 60 }),
  ];
}

function kedaGrid({ slotsPerReplica: slots }: Scenario): PolicyKind[] {
  const ofWait = [{ shareOfWait: 0.5 }, { shareOfWait: 1 }];
  // Absent is the default: nobody has to say it.
  return [{}, { downWindowSeconds: 60 }].flatMap((behavior) => [
    ...[slots, 2 * slots, 5 * slots, ...ofWait].map((queueLength) => keda({ queueLength, ...behavior })),
    keda({ queueLength: { shareOfWait: 0.5 }, excludeUnacknowledged: true, ...behavior }),
    ...[0.7, 0.9].map((utilization) => keda({ utilization, ...behavior })),
    keda({ queueLength: { shareOfWait: 0.5 }, utilization: 0.7, ...behavior }),
    ...ofWait.map((queueLength) => keda({ queueLength, utilization: 0.9, ...behavior })),
  ]);
}

function kpaGrid(scenario: Scenario, meanServiceSeconds: number): PolicyKind[] {
  const { slotsPerReplica: slots, maxWaitSeconds } = scenario;
  const heldInTime = maxWaitSeconds * capacityOf(scenario, { meanServiceSeconds });
  return [
    kpa(),
    kpa({ scaleDownDelay: 300 }),
    kpa({ targetUtilization: 100 }),
    kpa({ targetConcurrency: 2 * slots }),
    kpa({ targetConcurrency: 5 * slots }),
    // As many jobs before a replica as it works off within half of the longest wait, and in it.
    kpa({ targetConcurrency: Math.round(slots + heldInTime / 2) }),
  ];
}

function awsGrid(): PolicyKind[] {
  return [60, 10].flatMap((periodSeconds) => [
    awsBacklog({ periodSeconds }),
    awsBacklog({ periodSeconds, latencyShare: 0.5 }),
    awsBacklog({ periodSeconds, latencyShare: 0.5, scaleInShare: 0.25 }),
  ]);
}

function lcpGrid(): PolicyKind[] {
  return [
    // Work left lying is never made up for without the drain, so a low price needs it.
    ...[2, 10, 50].map((price) => lcp({ price, drainShare: 0.5 })),
    ...[10, 50].map((price) => lcp({ price })),
    lcp({ price: 10, drainShare: 0.25 }),
  ];
}
