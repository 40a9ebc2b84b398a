import { baselineGrid, quickGrid } from "../policies/grid.ts";
import { ablations, drainPolicy } from "../policies/drain.ts";
import { findWindow } from "../workloads/windows.ts";
import type { Bench } from "./bench.ts";
import { runCell, type CellResult, type Field } from "./runCell.ts";

/** A cell as plain data, for whichever thread does it. */
export interface Task {
  readonly window: string;
  readonly readinessSeconds: number;
  readonly maxWaitSeconds: number;
  /** How many, from 1 on. */
  readonly seeds: number;
  /** One or two settings of each family of baselines instead of all. */
  readonly isQuick: boolean;
  readonly hasAblations: boolean;
}

/** Throws what the cell throws, such as an unknown window. */
export function runTask({ window, readinessSeconds, maxWaitSeconds, seeds, ...options }: Task): CellResult {
  const cell = { window: findWindow(window), readinessSeconds, maxWaitSeconds };
  return runCell(cell, seeds, (bench) => fieldOf(bench, options));
}

function fieldOf({ scenario, draws }: Bench, { isQuick, hasAblations }: Pick<Task, "isQuick" | "hasAblations">): Field {
  // The same for all draws but for recorded work, whose mean is the trace's.
  const meanServiceSeconds = draws[0]?.workload.meanServiceSeconds ?? 1;
  return {
    ours: drainPolicy(),
    baselines: isQuick ? quickGrid(scenario) : baselineGrid(scenario, meanServiceSeconds),
    ablations: hasAblations ? ablations : [],
  };
}
