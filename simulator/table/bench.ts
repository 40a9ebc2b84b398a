import { simulate } from "../engine/simulate.ts";
import { demandCurve } from "../metrics/demand.ts";
import { elasticity } from "../metrics/elasticity.ts";
import type { Curve, PolicyKind, Run, Scenario, Workload } from "../model.ts";
import { frontier, isBeyond, podHoursAt, type FrontierPoint } from "../optimum/optimum.ts";
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
  /** Each draw has its own optimum and its own demand. */
  readonly #frontiers = new Map<Draw, readonly FrontierPoint[]>();
  readonly #demands = new Map<Draw, Curve>();

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
    return podHoursAt(this.frontier(draw), lateShare) ?? null;
  }

  /** Computed once a draw. */
  frontier(draw: Draw): readonly FrontierPoint[] {
    const known = this.#frontiers.get(draw) ?? frontier(optimumOptions(draw.workload, this.scenario));
    this.#frontiers.set(draw, known);
    return known;
  }

  /** Replicas that the load of each minute needs; computed once a draw. */
  demand(draw: Draw): Curve {
    const known = this.#demands.get(draw) ?? demandCurve(draw.workload, this.scenario);
    this.#demands.set(draw, known);
    return known;
  }

  measure({ draw, run }: DrawRun): Measures {
    const rough = roughOf(run);
    const optimum = this.optimum(draw, rough.lateShare);
    const hours = run.seconds / 3600;
    const sorted = run.waits.toSorted();
    // Over the arrivals alone: what follows them has no demand.
    const followed = elasticity(this.demand(draw), run.supply, { seconds: draw.workload.seconds });
    const { thetaU, thetaO, tauU, tauO, upsilon, jitterPerMinute } = followed;
    return {
      ...rough,
      ...{ waitP50: percentile(sorted, 0.5), waitP99: percentile(sorted, 0.99) },
      overOptimum: optimum === null ? null : rough.podHours / optimum,
      isAtLeast: isBeyond(this.frontier(draw), rough.lateShare),
      ...{ startsPerHour: run.starts / hours, movesPerHour: run.moves / hours, redelivered: run.redelivered },
      drainSeconds: drainSeconds(run, draw.workload.arrivals),
      ...{ thetaU, thetaO, tauU, tauO, upsilon, jitter: jitterPerMinute },
    };
  }
}
