import { createLogUpdate } from "log-update";
import type { StackProgress } from "./applyStack.ts";

/** Shows what a stack waits for while it goes on. */
export interface ProgressView {
  readonly show: (progress: StackProgress) => void;
  /** Leaves the last line that stays true. */
  readonly end: () => void;
}

/** Seconds between two lines about one wait where there is no terminal. */
const lineSeconds = 5;

/** One line that updates itself on a terminal; plain lines elsewhere, not more often than one can read. */
export function createProgressView(output: NodeJS.WriteStream): ProgressView {
  return output.isTTY ? terminalView(output) : lineView(output);
}

function terminalView(output: NodeJS.WriteStream): ProgressView {
  const update = createLogUpdate(output);
  return {
    show({ text, seconds }) {
      update(line(text, seconds));
      if (seconds === undefined) update.done();
    },
    end() {
      update.clear();
    },
  };
}

function lineView(output: NodeJS.WriteStream): ProgressView {
  let next = 0;
  return {
    show({ text, seconds }) {
      // A wait that was not worth a line yet begins anew with the next wave.
      if (seconds === undefined || seconds < next - lineSeconds) next = lineSeconds;
      if (seconds !== undefined && seconds < next) return;
      if (seconds !== undefined) next = seconds + lineSeconds;
      output.write(`${line(text, seconds)}\n`);
    },
    end() {
      // Each line stands already.
    },
  };
}

/** "[stack] rabbitmq 2/3 ready, 12 s" */
function line(text: string, seconds: number | undefined): string {
  return `[stack] ${text}${seconds === undefined ? "" : `, ${Math.round(seconds)} s`}`;
}
