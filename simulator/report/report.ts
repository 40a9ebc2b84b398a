import type { PolicyKind, Scenario } from "../model.ts";
import { hpaCpu, hpaRate } from "../policies/hpa.ts";
import { keda } from "../policies/keda.ts";
import { staticReplicas } from "../policies/staticPeak.ts";
import type { Bench, Draw, DrawRun } from "../table/bench.ts";
import { lateTarget, leastEnough } from "../table/choose.ts";
import { roughOf, type Measures } from "../table/measures.ts";

/** One autoscaler of a report. */
export interface Row extends Measures {
  readonly name: string;
  readonly setting: string;
  /** The most Ready replicas at any time. */
  readonly peak: number;
}

/** What simulating somebody's own arrivals came to. */
export interface Report {
  readonly title: string;
  readonly jobs: number;
  /** Of the arrivals. */
  readonly seconds: number;
  readonly meanServiceSeconds: number;
  /** Replicas that the work keeps busy on average. */
  readonly load: number;
  readonly scenario: Scenario;
  readonly seed: number;
  /** In the order in which they were given. */
  readonly own: readonly Row[];
  /** The smallest constant count within 1 % late, chosen with hindsight; null: none within the bounds. */
  readonly staticPeak: Row | null;
  /** Others in their usual settings. */
  readonly standards: readonly Row[];
  /** Pod-hours of the cheapest schedule with 1 % late and with none; null: none within the bounds. */
  readonly optimum: { readonly within: number | null; readonly noneLate: number | null };
  /** What is simulated otherwise than it runs. */
  readonly notes: readonly string[];
}

/** HPA and KEDA as their documentation sets them up, with the HPA's standard behaviour. */
export function standards({ slotsPerReplica: slots }: Scenario): readonly PolicyKind[] {
  return [
    hpaCpu({ percent: 70 }),
    hpaRate({ utilization: 0.7 }),
    keda({ queueLength: slots }),
    keda({ utilization: 0.9 }),
  ];
}

/** Runs everybody on one draw. */
export function reportOf(
  bench: Bench,
  draw: Draw,
  { title, own, notes }: { readonly own: readonly PolicyKind[] } & Pick<Report, "title" | "notes">,
): Report {
  const { workload, seed } = draw;
  const { scenario } = bench;
  const rowOf = (policy: PolicyKind, initialReplicas?: number): Row =>
    toRow(bench, policy, bench.run(draw, policy, initialReplicas));
  const peak = staticCount(bench, draw);
  const work = workload.services.reduce((sum, service) => sum + service, 0);
  return {
    ...{ title, notes, scenario, seed, jobs: workload.arrivals.length, seconds: workload.seconds },
    meanServiceSeconds: workload.meanServiceSeconds,
    load: work / workload.seconds / scenario.slotsPerReplica,
    own: own.map((policy) => rowOf(policy)),
    staticPeak: peak === undefined ? null : rowOf(staticReplicas(peak), peak),
    standards: standards(scenario).map((policy) => rowOf(policy)),
    optimum: { within: bench.optimum(draw, lateTarget), noneLate: bench.optimum(draw, 0) },
  };
}

function toRow(bench: Bench, { name, setting }: PolicyKind, run: DrawRun): Row {
  // A loop: the curve of a long run is too long for the arguments of Math.max.
  const peak = run.run.supply.values.reduce((most, ready) => Math.max(most, ready), 0);
  return { name, setting, peak, ...bench.measure(run) };
}

function staticCount(bench: Bench, draw: Draw): number | undefined {
  const { minReplicas, maxReplicas } = bench.scenario;
  return leastEnough(
    minReplicas,
    maxReplicas,
    (count) => roughOf(bench.run(draw, staticReplicas(count), count).run).lateShare <= lateTarget,
  );
}
