import { createLogUpdate } from "log-update";
import { wrap } from "./summary.ts";
import type { GatewaySample, Sample } from "./timeline.ts";

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
      const { at, backlog, waitSeconds, done, explanation, gateway } = sample;
      // A reason is worth a line of its own when the count changes, not every two seconds.
      const changed = explanation !== null && explanation !== told && explanation.includes("→");
      if (changed) told = explanation;
      if (at < next && !changed) return;
      next = at + lineSeconds;
      const parts = [
        `${at.toFixed(0).padStart(4)} s`,
        `done ${done}/${jobs}`,
        `backlog ${text(backlog)}`,
        `wait ${wait(waitSeconds)}`,
        `workers ${ready(sample)}`,
        ...(gateway === undefined ? [] : [`gateways ${ready(gateway)}, ${load(gateway)}`]),
        ...(changed ? [explanation] : []),
      ];
      output.write(`${parts.join("  ")}\n`);
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
  const { at, published, done, backlog, waitSeconds, explanation, gateway } = sample;
  // Scales grow with the run: nobody knows the highest value beforehand, and 1 keeps an empty chart flat.
  const row = (name: string, figure: string, pick: (one: Sample) => number | null, top = 1): string => {
    const values = history.map(pick);
    const highest = Math.max(top, ...values.map((value) => value ?? 0));
    // Beside the name and the figure.
    return `${name.padEnd(9)}${figure.padEnd(18)}${sparkline(values, highest, Math.max(10, width - 30))}`;
  };
  return [
    `${at.toFixed(0)} s   accepted ${published}/${jobs}   done ${done}`,
    row("backlog", text(backlog), (one) => one.backlog),
    row("wait", wait(waitSeconds), (one) => one.waitSeconds),
    // Against the bound, so that the bar tells how near it is.
    row("workers", ready(sample), (one) => one.readyReplicas, maxReplicas),
    ...(gateway === undefined
      ? []
      : [
          row("load", load(gateway), (one) => one.gateway?.requestsPerSecond ?? null),
          row("gateways", ready(gateway), (one) => one.gateway?.readyReplicas ?? null),
        ]),
    ...wrap(explanation ?? "no decision yet", width - 2),
  ].join("\n");
}

/** Of jobs begun lately; a dash when there were none. */
const wait = (value: number | null): string => (value === null ? "–" : `${value.toFixed(1)} s`);

const text = (value: number | null): string => (value === null ? "unknown" : String(value));

const ready = ({ readyReplicas, desiredReplicas }: Pick<GatewaySample, "readyReplicas" | "desiredReplicas">): string =>
  `${readyReplicas} of ${text(desiredReplicas)} ready`;

const load = ({ requestsPerSecond }: GatewaySample): string =>
  requestsPerSecond === null ? "load unknown" : `${requestsPerSecond.toFixed(0)}/s a pod`;

const bars = "▁▂▃▄▅▆▇█";

/** The last values as bars, a blank where a value is unknown; `top` is the full height. */
export function sparkline(values: readonly (number | null)[], top: number, width: number): string {
  return values
    .slice(-width)
    .map((value) => (value === null ? " " : (bars[Math.min(7, Math.floor((value / top) * 8))] ?? "")))
    .join("");
}
