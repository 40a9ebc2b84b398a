import { simulate } from "../engine/simulate.ts";
import type { Curve, PolicyKind, Run } from "../model.ts";
import { interval, type Interval } from "../table/interval.ts";
import { percentile } from "../table/waits.ts";
import { closeness, integral, type Closeness } from "./closeness.ts";
import type { DemoReport, DemoSample } from "./demoReport.ts";
import type { World } from "./world.ts";

/** What a run came to, in reality or as its twin. Waits in seconds, from the request for a job to the begin of its work. */
export interface Figures<V> {
  /** Of jobs, 0 to 1. */
  readonly lateShare: V;
  readonly waitP50: V;
  readonly waitP99: V;
  readonly podSeconds: V;
  /** ∫ of the Ready replicas. */
  readonly readySeconds: V;
  readonly mostReady: V;
}

/** A run and its twins, one a seed. */
export interface Comparison {
  readonly seconds: number;
  readonly jobs: number;
  readonly real: Figures<number | null>;
  readonly twin: Figures<Interval | null>;
  /** Ready replicas, and those asked for: the mean over the seeds. */
  readonly ready: Closeness;
  readonly requested: Closeness;
  /** For a picture; the twin's are those of the first seed. */
  readonly curves: { readonly real: Curve; readonly twin: Curve };
  readonly waits: { readonly asked: Float64Array; readonly real: Float64Array; readonly twin: Float64Array };
}

/** Simulates a run with the seeds from 1 on. */
export function compare(report: DemoReport, world: World, policy: PolicyKind, seeds: number): Comparison {
  const runs = Array.from({ length: seeds }, (_, i) => simulate(world.workload, world.scenario, policy, i + 1));
  const [first] = runs as [Run];
  const { timeline } = report;
  const seconds = Math.min(first.seconds, timeline.at(-1)?.at ?? Infinity);
  const ready = curveOf(timeline, ({ readyReplicas }) => readyReplicas);
  const requested = curveOf(timeline, ({ desiredReplicas }) => desiredReplicas);
  const asked = Float64Array.from(world.jobs, ({ askedAt }) => askedAt);
  const real = Float64Array.from(world.jobs, ({ askedAt, startedAt }) => (startedAt ?? seconds) - askedAt);
  const each = runs.map((run) => twinFigures(run, world, seconds));
  const of = (key: keyof Figures<number>): Interval | null => interval(each.map((figures) => figures[key]));
  return {
    ...{ seconds, jobs: world.jobs.length },
    real: {
      ...waitFigures(real, world.scenario.maxWaitSeconds),
      ...{ podSeconds: report.pods.podSeconds, readySeconds: integral(ready, seconds), mostReady: most(ready) },
    },
    twin: {
      ...{ lateShare: of("lateShare"), waitP50: of("waitP50"), waitP99: of("waitP99") },
      ...{ podSeconds: of("podSeconds"), readySeconds: of("readySeconds"), mostReady: of("mostReady") },
    },
    ready: meanCloseness(runs.map(({ supply }) => closeness(ready, supply, seconds))),
    requested: meanCloseness(runs.map((run) => closeness(requested, run.requested, seconds))),
    curves: { real: ready, twin: first.supply },
    waits: { asked, real, twin: wholeWaits(first, world) },
  };
}

function twinFigures(run: Run, world: World, seconds: number): Figures<number | null> {
  return {
    ...waitFigures(wholeWaits(run, world), world.scenario.maxWaitSeconds),
    ...{ podSeconds: run.podSeconds, readySeconds: integral(run.supply, seconds), mostReady: most(run.supply) },
  };
}

/** With the time that the gateway took, which is the run's own. */
function wholeWaits({ waits }: Run, { jobs, workload }: World): Float64Array {
  return waits.map((wait, i) => wait + (workload.arrivals[i] ?? 0) - (jobs[i]?.askedAt ?? 0));
}

function waitFigures(waits: Float64Array, maxWaitSeconds: number) {
  const sorted = waits.toSorted();
  return {
    lateShare: waits.filter((wait) => wait > maxWaitSeconds).length / waits.length,
    ...{ waitP50: percentile(sorted, 0.5), waitP99: percentile(sorted, 0.99) },
  };
}

const most = ({ values }: Curve): number => values.reduce((highest, value) => Math.max(highest, value), 0);

/** Samples where the value is unknown are left out: the one before holds. */
function curveOf(timeline: readonly DemoSample[], of: (sample: DemoSample) => number | null): Curve {
  const known = timeline.flatMap((sample) => {
    const value = of(sample);
    return value === null ? [] : [{ at: sample.at, value }];
  });
  // The first sample comes a moment after the first job.
  return { times: known.map(({ at }, i) => (i === 0 ? 0 : at)), values: known.map(({ value }) => value) };
}

function meanCloseness(all: readonly Closeness[]): Closeness {
  const mean = (key: keyof Closeness): number => all.reduce((sum, one) => sum + one[key], 0) / all.length;
  return {
    ...{ rmse: mean("rmse"), largest: mean("largest"), lagSeconds: mean("lagSeconds"), rmseAtLag: mean("rmseAtLag") },
  };
}
