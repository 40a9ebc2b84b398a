import type { Curve, PolicyKind } from "../model.ts";
import { schedule, slotSecondsOf } from "../optimum/optimum.ts";
import type { Bench, Draw, DrawRun } from "../table/bench.ts";
import { byCost, lateTarget } from "../table/choose.ts";
import { roughOf } from "../table/measures.ts";
import { optimumOptions } from "../table/optimumOptions.ts";
import { costPicture } from "./cost.ts";
import { timelinePicture, type Line } from "./timeline.ts";
import { longestWaits } from "./waits.ts";

/** Who is in the pictures. */
export interface Cast {
  readonly title: string;
  readonly ours: PolicyKind;
  readonly baselines: readonly PolicyKind[];
}

/** Both pictures of one draw, as SVG documents: all settings by cost and lateness, and the best ones over time. */
export async function picturesOf(bench: Bench, draw: Draw, cast: Cast): Promise<{ cost: string; timeline: string }> {
  const { title, ours, baselines } = cast;
  const runs = [ours, ...baselines].map((policy) => {
    const told = bench.run(draw, policy);
    return { policy, told, ...roughOf(told.run) };
  });
  const settings = runs.map(({ policy, lateShare, podHours }) => ({
    ...{ family: policy.name, setting: policy.setting, lateShare, podHours },
  }));
  const [own, ...others] = runs;
  const allowed = Math.max(lateTarget, own?.lateShare ?? 0);
  const [best] = others.sort(byCost(allowed));
  const lines = [
    ...(own === undefined ? [] : [lineOf(own.policy.name, "ours", own.told)]),
    ...(best === undefined ? [] : [lineOf(`${best.policy.name}: ${best.policy.setting}`, "baseline", best.told)]),
    { name: "optimum, none late", colour: "optimum" as const, replicas: optimumCurve(bench, draw) },
  ];
  const { maxWaitSeconds } = bench.scenario;
  return {
    cost: await costPicture({ title, optimum: bench.frontier(draw), settings, ours: ours.name, target: lateTarget }),
    timeline: await timelinePicture({
      ...{ title, lines, maxWaitSeconds, seconds: draw.workload.seconds, demand: bench.demand(draw) },
    }),
  };
}

/** Wider than a pixel: peaks stay to be seen. */
const parts = 300;

function lineOf(name: string, colour: Line["colour"], { draw, run }: DrawRun): Line {
  const { arrivals, seconds } = draw.workload;
  const waits = longestWaits({ arrivals, waits: run.waits }, seconds, parts);
  return { name, colour, replicas: run.supply, waits };
}

function optimumCurve({ scenario }: Bench, { workload }: Draw): Curve {
  const options = optimumOptions(workload, scenario);
  const values = schedule(options, Infinity);
  const slotSeconds = slotSecondsOf(options);
  return { times: values.map((_, slot) => slot * slotSeconds), values };
}
