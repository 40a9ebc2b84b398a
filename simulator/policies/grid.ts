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
  return [
    ...[...hpaGrid(), ...kedaQueueGrid(scenario), ...kedaRateGrid(), ...kedaBothGrid()],
    ...[...kpaGrid(scenario, meanServiceSeconds), ...awsGrid(), ...lcpGrid()],
  ];
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
    keda({ queueLength: { shareOfWait: 0.75 }, downWindowSeconds: 30 }),
    keda({ utilization: 0.9 }),
    keda({ queueLength: wait, utilization: 0.9 }),
    kpa(),
    awsBacklog({ latencyShare: 0.5 }),
    awsBacklog({ latencyShare: 0.5, periodSeconds: 10, scaleInShare: 0.25 }),
    lcp({ price: 10, drainShare: 0.5 }),
  ];
}

/** Up as far as a metric says at once: who tunes a behavior at all may give up its pace. */
const unlimited = { upPolicies: [{ type: "Pods", value: 1000, periodSeconds: 15 }] } as const;

function hpaGrid(): PolicyKind[] {
  const windows = [30, 60];
  return [
    // Absent is the default: nobody has to say it.
    ...[0.6, 0.7, 0.8, 0.9].map((utilization) => hpaRate({ utilization })),
    ...windows.flatMap((windowSeconds) =>
      [60, 0].flatMap((downWindowSeconds) =>
        [0.7, 0.8, 0.9, 1, 1.1].map((utilization) => hpaRate({ utilization, windowSeconds, downWindowSeconds })),
      ),
    ),
    ...[0.8, 0.9, 1].map((utilization) =>
      hpaRate({ utilization, windowSeconds: 30, downWindowSeconds: 60, ...unlimited }),
    ),
    ...[70, 90].map((percent) => hpaCpu({ percent })),
    ...[70, 90].map((percent) => hpaCpu({ percent, downWindowSeconds: 60 })),
  ];
}

function kedaQueueGrid({ slotsPerReplica: slots }: Scenario): PolicyKind[] {
  const amqp = { protocol: "amqp" } as const;
  return [
    keda({ queueLength: slots }),
    ...[{}, { downWindowSeconds: 60 }, { downWindowSeconds: 30 }, { downWindowSeconds: 0 }].flatMap((behavior) =>
      [0.25, 0.5, 0.65, 0.75, 1].map((shareOfWait) => keda({ queueLength: { shareOfWait }, ...behavior })),
    ),
    ...[0.65, 0.75, 1].map((shareOfWait) =>
      keda({ queueLength: { shareOfWait }, downWindowSeconds: 30, ...unlimited }),
    ),
    keda({ queueLength: { shareOfWait: 0.5 }, excludeUnacknowledged: true, downWindowSeconds: 60 }),
    ...[0.25, 0.5, 0.75].map((shareOfWait) => keda({ queueLength: { shareOfWait }, downWindowSeconds: 60, ...amqp })),
    keda({ queueLength: { shareOfWait: 0.5 }, downWindowSeconds: 30, ...amqp, ...unlimited }),
  ];
}

function kedaRateGrid(): PolicyKind[] {
  return [0.7, 0.9, 1].flatMap((utilization) => [keda({ utilization }), keda({ utilization, downWindowSeconds: 60 })]);
}

function kedaBothGrid(): PolicyKind[] {
  return [
    ...[0.5, 0.75, 1].flatMap((shareOfWait) =>
      [0.9, 1, 1.1].flatMap((utilization) =>
        [60, 0].map((downWindowSeconds) => keda({ queueLength: { shareOfWait }, utilization, downWindowSeconds })),
      ),
    ),
    keda({ queueLength: { shareOfWait: 0.5 }, utilization: 0.9 }),
    ...[0.75, 1].map((shareOfWait) =>
      keda({ queueLength: { shareOfWait }, utilization: 1, downWindowSeconds: 30, ...unlimited }),
    ),
  ];
}

function kpaGrid(scenario: Scenario, meanServiceSeconds: number): PolicyKind[] {
  const { slotsPerReplica: slots, maxWaitSeconds } = scenario;
  const heldInTime = maxWaitSeconds * capacityOf(scenario, { meanServiceSeconds });
  return [60, 30].flatMap((stableWindow) => [
    kpa({ stableWindow }),
    kpa({ targetUtilization: 100, stableWindow }),
    kpa({ targetConcurrency: 2 * slots, stableWindow }),
    kpa({ targetConcurrency: 5 * slots, stableWindow }),
    // As many jobs before a replica as it works off within half of the longest wait, and in it.
    kpa({ targetConcurrency: Math.round(slots + heldInTime / 2), stableWindow }),
  ]);
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
