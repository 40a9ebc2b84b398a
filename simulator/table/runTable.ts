import { join } from "node:path";
import workerpool from "workerpool";
import type { CellResult } from "./runCell.ts";
import type { Task } from "./task.ts";

/** A cell and what became of it: nothing that was asked for is left out. */
export type Entry = { readonly task: Task } & (
  | { readonly kind: "done"; readonly result: CellResult }
  | { readonly kind: "failed"; readonly error: string }
  /** Begun or not when the run was interrupted. */
  | { readonly kind: "unfinished" }
);

/** How a table is run. */
export interface RunOptions {
  readonly threads: number;
  /** Called after each cell. */
  readonly onProgress?: (ended: number, all: number) => void;
  /** Ends the run; its cells are unfinished. */
  readonly signal?: AbortSignal;
}

/** Runs all cells on threads of their own, in the order given. Never rejects for a cell: its entry tells. */
export async function runTable(tasks: readonly Task[], { threads, onProgress, signal }: RunOptions): Promise<Entry[]> {
  const pool = workerpool.pool(join(import.meta.dirname, "worker.ts"), { maxWorkers: threads, workerType: "thread" });
  const stop = (): void => void pool.terminate(true);
  signal?.addEventListener("abort", stop);
  const isOver = (): boolean => signal?.aborted === true;
  let ended = 0;
  const run = async (task: Task): Promise<Entry> => {
    if (isOver()) return { task, kind: "unfinished" };
    try {
      const result = (await pool.exec("runTask", [task])) as CellResult;
      return { task, kind: "done", result };
    } catch (error) {
      if (isOver()) return { task, kind: "unfinished" };
      return { task, kind: "failed", error: error instanceof Error ? error.message : String(error) };
    } finally {
      onProgress?.(++ended, tasks.length);
    }
  };
  const entries = new Array<Entry>(tasks.length);
  let next = 0;
  // No task waits in the pool: one that waits while the worker before it dies is never told of (workerpool 10.0.3).
  const lane = async (): Promise<void> => {
    while (next < tasks.length) {
      const index = next++;
      entries[index] = await run(tasks[index] as Task);
    }
  };
  await Promise.all(Array.from({ length: Math.min(threads, tasks.length) }, lane));
  signal?.removeEventListener("abort", stop);
  await pool.terminate();
  return entries;
}
