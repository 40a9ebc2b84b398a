import { writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { cellsOf } from "../table/cell.ts";
import { tablePage } from "../table/page.ts";
import { runTable } from "../table/runTable.ts";
import type { Task } from "../table/task.ts";
import { tableText } from "../table/text.ts";
import { findWindow, windows } from "../workloads/windows.ts";
import { checkFile } from "./files.ts";
import type { Progress } from "./progress.ts";

/** What the command line says; absent: the standard of a full or a quick table. */
export interface TableOptions {
  readonly quick?: boolean;
  readonly json?: boolean;
  readonly ablation?: boolean;
  /** Names, with commas between them. */
  readonly windows?: string;
  readonly seeds?: number;
  readonly threads?: number;
  /** The file of the page. */
  readonly page?: string;
}

/** What a command needs of its process. */
export interface Terminal {
  readonly print: (text: string) => void;
  readonly progress: (what: string) => Progress;
  /** As typed, for whoever wants to run it again. */
  readonly command: string;
  readonly signal: AbortSignal;
}

/** Short and of three kinds: bursts out of nothing, steady load, and both together. */
const quickWindows = ["azure-code", "mooncake", "autothrottle-bursty"];

/** Runs the table and prints it; resolves to the exit code, 1 when a cell failed or was not finished. */
export async function table(options: TableOptions, terminal: Terminal): Promise<number> {
  const tasks = tasksOf(options);
  if (options.page !== undefined) await checkFile(options.page);
  const progress = terminal.progress("cells");
  progress.show(0, tasks.length);
  const entries = await runTable(tasks, {
    threads: options.threads ?? availableParallelism(),
    signal: terminal.signal,
    onProgress: (ended, all) => {
      progress.show(ended, all);
    },
  });
  progress.end();
  terminal.print(options.json === true ? JSON.stringify(entries, null, 2) : tableText(entries));
  if (options.page !== undefined) await writeFile(options.page, tablePage(entries, terminal.command));
  return entries.every(({ kind }) => kind === "done") ? 0 : 1;
}

/** Throws for a window that is not there. */
function tasksOf({ quick = false, ablation = false, windows: given, seeds }: TableOptions): Task[] {
  const names = given?.split(",") ?? (quick ? quickWindows : windows.map(({ name }) => name));
  return cellsOf(names.map(findWindow)).map(({ window, ...cell }) => ({
    ...{ window: window.name, ...cell, seeds: seeds ?? (quick ? 1 : 5) },
    ...{ isQuick: quick, hasAblations: ablation },
  }));
}
