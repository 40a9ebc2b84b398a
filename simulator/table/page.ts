import { findWindow } from "../workloads/windows.ts";
import { markdownTable } from "./format.ts";
import { ablationRows, cellRows, heldOutAbout, heldOutOf, lossRows, missing, outcomeRows, targetRows } from "./rows.ts";
import type { Entry } from "./runTable.ts";

/**
 * The table as a page of Markdown, the same for the same results: without a date, so that a run that changes nothing changes no
 * line. `command`: what makes it again.
 */
export function tablePage(entries: readonly Entry[], command: string): string {
  const windows = Map.groupBy(entries, ({ task }) => task.window);
  const heldOut = heldOutOf(entries);
  const seeds = entries[0]?.task.seeds ?? 0;
  return `${[
    "# Simulation: the table",
    `Written by \`${command}\`; seeds 1 to ${seeds}.`,
    reading(seeds),
    ...missing(entries).map((text) => `**${text}**`),
    "## Targets",
    markdownTable(targetRows(entries)),
    ...(heldOut.length === 0 ? [] : [heldOutAbout(entries), markdownTable(targetRows(heldOut))]),
    "## Losses",
    lossRows(entries).length === 1 ? "None." : markdownTable(lossRows(entries)),
    ...(ablationRows(entries).length === 1 ? [] : ["## Parts switched off", markdownTable(ablationRows(entries))]),
    ...[...windows].flatMap(([window, ofWindow]) => section(window, ofWindow)),
  ].join("\n\n")}\n`;
}

const reading = (seeds: number): string =>
  [
    "Every autoscaler runs on the same jobs in the same world. Ours has one setting for all cells; of the baselines each cell",
    "shows the best of its settings, chosen with hindsight: the cheapest that is late at most 1 %, or at most as ours is. The",
    "static peak is the smallest constant count that is late at most 1 %, chosen with hindsight too. The optimum knows all jobs in",
    "advance; `× optimum` compares at the same share of late jobs, and says behind it whether the target is met where there is one.",
    "Where more jobs are late than at the optimum's lowest price of a late job, the ratio is at least what stands behind `≥`. Two costs",
    "are too near to tell where the 95 % t-interval of their difference, seed by seed, holds 0. Pod-hours count from the order of a",
    "replica to its end.",
    seeds > 1
      ? "`±` is the 95 % t-interval over the seeds, left out where it is below the last digit."
      : "One seed: no interval can be told.",
  ].join("\n");

function section(window: string, entries: readonly Entry[]): string[] {
  const { about, heldOut = false } = findWindow(window);
  const details = entries.flatMap((entry) => {
    if (entry.kind !== "done") return [];
    const { readinessSeconds, maxWaitSeconds } = entry.task;
    return [`Delay ${readinessSeconds} s, wait ${maxWaitSeconds} s:`, markdownTable(outcomeRows(entry.result))];
  });
  return [
    `## ${window}${heldOut ? " (held out)" : ""}`,
    `${about[0]?.toUpperCase() ?? ""}${about.slice(1)}. Pod-hours:`,
    markdownTable(cellRows(entries)),
    "<details><summary>All measures of all autoscalers</summary>",
    ...details,
    "</details>",
  ];
}
