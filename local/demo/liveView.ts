import { createLogUpdate } from "log-update";
import { wrap } from "./summary.ts";
import type { Sample } from "./timeline.ts";

/** Shows a run while it goes on. */
export interface LiveView {
  /** All samples so far, the newest last; called at every sample. */
  show(history: readonly Sample[]): void;
  /** Leaves the last frame on the screen. */
  end(): void;
}

/** Seconds between two lines where there is no terminal. */
const lineSeconds = 5;

/** A view that redraws itself on a terminal, and plain lines elsewhere. */
export function createLiveView(output: NodeJS.WriteStream, totals: { jobs: number; maxReplicas: number }): LiveView {
  return output.isTTY ? terminalView(output, totals) : lineView(output, totals);
}

function terminalView(output: NodeJS.WriteStream, totals: { jobs: number; maxReplicas: number }): LiveView {
  const update = createLogUpdate(output);
  return {
    show(history) {
      // The sentences of the autoscaler are hard to read in longer lines.
      update(frame(history, { ...totals, width: Math.min(output.columns, 110) }));
    },
    end() {
      update.done();
    },
  };
}

function lineView(output: NodeJS.WriteStream, { jobs }: { jobs: number }): LiveView {
  let next = -Infinity;
  let told: string | null = null;
  return {
    show(history) {
      const sample = history.at(-1);
      if (sample === undefined) return;
      const { at, desiredReplicas, readyReplicas, backlog, waitSeconds, done, explanation } = sample;
      // A reason is worth a line of its own when the count changes, not every two seconds.
      const changed = explanation !== null && explanation !== told && explanation.includes("→");
      if (changed) told = explanation;
      if (at < next && !changed) return;
      next = at + lineSeconds;
      output.write(
        `${at.toFixed(0).padStart(4)} s  done ${done}/${jobs}  backlog ${text(backlog)}  wait ${wait(waitSeconds)}  ` +
          `ready ${readyReplicas} of ${text(desiredReplicas)}${changed ? `  ${explanation}` : ""}\n`,
      );
    },
    end() {
      // Each line stands already.
    },
  };
}

/** One picture of the terminal view. */
export function frame(
  history: readonly Sample[],
  { jobs, maxReplicas, width }: { jobs: number; maxReplicas: number; width: number },
): string {
  const sample = history.at(-1);
  if (sample === undefined) return "";
  const { at, published, done, backlog, waitSeconds, readyReplicas, desiredReplicas, explanation } = sample;
  // Beside the name and the figure.
  const room = Math.max(10, width - 30);
  const chart = (pick: (one: Sample) => number | null, top: number): string => sparkline(history.map(pick), top, room);
  // Scales grow with the run: nobody knows the highest value beforehand, and 1 keeps an empty chart flat.
  const highest = Math.max(1, ...history.map((one) => one.backlog ?? 0));
  const longest = Math.max(1, ...history.map((one) => one.waitSeconds ?? 0));
  const row = (name: string, figure: string, graph: string): string => `${name.padEnd(9)}${figure.padEnd(18)}${graph}`;
  return [
    `${at.toFixed(0)} s   accepted ${published}/${jobs}   done ${done}`,
    row(
      "backlog",
      text(backlog),
      chart((one) => one.backlog, highest),
    ),
    row(
      "wait",
      wait(waitSeconds),
      chart((one) => one.waitSeconds, longest),
    ),
    row(
      "replicas",
      `${readyReplicas} of ${text(desiredReplicas)} ready`,
      // Against the bound, so that the bar tells how near it is.
      chart((one) => one.readyReplicas, maxReplicas),
    ),
    ...wrap(explanation ?? "no decision yet", width - 2),
  ].join("\n");
}

/** Of jobs begun lately; a dash when there were none. */
const wait = (value: number | null): string => (value === null ? "–" : `${value.toFixed(1)} s`);

function text(value: number | null): string {
  if (value === null) return "unknown";
  return String(value);
}

const bars = "▁▂▃▄▅▆▇█";

/** The last values as bars, a blank where a value is unknown; `top` is the full height. */
export function sparkline(values: readonly (number | null)[], top: number, width: number): string {
  return values
    .slice(-width)
    .map((value) => (value === null ? " " : (bars[Math.min(7, Math.floor((value / top) * 8))] ?? "")))
    .join("");
}
