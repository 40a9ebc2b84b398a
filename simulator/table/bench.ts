import { simulate } from "../engine/simulate.ts";
import type { PolicyKind, Run, Scenario, Workload } from "../model.ts";
import { frontier, podHoursAt, type FrontierPoint } from "../optimum/optimum.ts";
import { elasticityOf } from "./elasticityOf.ts";
import { outcomeOf, roughOf, type Measures, type Outcome } from "./measures.ts";
import { optimumOptions } from "./optimumOptions.ts";
import { drainSeconds, percentile } from "./waits.ts";

/** A workload with the seed that it and its runs are drawn with. */
export interface Draw {
  readonly seed: number;
  readonly workload: Workload;
}

/** A run and the draw it was made on. */
export interface DrawRun {
  readonly draw: Draw;
  readonly run: Run;
}

/** Runs autoscalers in one scenario on the same draws. */
export class Bench {
  readonly draws: readonly Draw[];
  readonly scenario: Scenario;
  /** Each draw has its own optimum. */
  readonly #frontiers = new Map<Draw, readonly FrontierPoint[]>();

  constructor(draws: readonly Draw[], scenario: Scenario) {
    this.draws = draws;
    this.scenario = scenario;
  }

  /** `initialReplicas`: other than the scenario's, for a fleet that is there from the start. */
  run(draw: Draw, policy: PolicyKind, initialReplicas = this.scenario.initialReplicas): DrawRun {
    return { draw, run: simulate(draw.workload, { ...this.scenario, initialReplicas }, policy, draw.seed) };
  }

  /** All measures over all draws. */
  outcome(policy: PolicyKind): Outcome {
    return this.outcomeOf(
      policy,
      this.draws.map((draw) => this.run(draw, policy)),
    );
  }

  /** All measures of runs that were made already. */
  outcomeOf(policy: PolicyKind, runs: readonly DrawRun[]): Outcome {
    return outcomeOf(
      policy,
      runs.map((one) => this.measure(one)),
    );
  }

  /** Pod-hours of the cheapest schedule with at most that share of late jobs; null where none within the bounds has it. */
  optimum(draw: Draw, lateShare: number): number | null {
    const known = this.#frontiers.get(draw) ?? frontier(optimumOptions(draw.workload, this.scenario));
    this.#frontiers.set(draw, known);
    return podHoursAt(known, lateShare) ?? null;
  }

  measure({ draw, run }: DrawRun): Measures {
    const rough = roughOf(run);
    const optimum = this.optimum(draw, rough.lateShare);
    const hours = run.seconds / 3600;
    const sorted = run.waits.toSorted();
    return {
      ...rough,
      ...{ waitP50: percentile(sorted, 0.5), waitP99: percentile(sorted, 0.99) },
      overOptimum: optimum === null ? null : rough.podHours / optimum,
      ...{ startsPerHour: run.starts / hours, movesPerHour: run.moves / hours, redelivered: run.redelivered },
      drainSeconds: drainSeconds(run, draw.workload.arrivals),
      ...elasticityOf(run, draw.workload, this.scenario),
    };
  }
}
