import { isHeldOut } from "../workloads/windows.ts";
import { aligned } from "./format.ts";
import { ablationRows, cellRows, heldOutAbout, heldOutOf, lossRows, missing, targetRows } from "./rows.ts";
import type { Entry } from "./runTable.ts";

/** The table for a terminal: a block for each window, then what was met and every loss. Pod-hours are means over the seeds. */
export function tableText(entries: readonly Entry[]): string {
  const windows = Map.groupBy(entries, ({ task }) => task.window);
  const heldOut = heldOutOf(entries);
  const title = (window: string): string => `${window}${isHeldOut(window) ? " (held out)" : ""}`;
  return [
    ...[...windows].map(([window, ofWindow]) => `${title(window)}\n${aligned(cellRows(ofWindow))}`),
    aligned(targetRows(entries)),
    ...(heldOut.length === 0 ? [] : [`${heldOutAbout(entries)}\n${aligned(targetRows(heldOut))}`]),
    ...(ablationRows(entries).length === 1 ? [] : [`parts switched off\n${aligned(ablationRows(entries))}`]),
    ...missing(entries),
    `missed or not finished\n${aligned(lossRows(entries))}`,
  ].join("\n\n");
}
