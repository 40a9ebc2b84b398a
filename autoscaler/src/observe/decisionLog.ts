import { closeSync, createWriteStream, fstatSync, openSync, readSync, type WriteStream } from "node:fs";
import { finished } from "node:stream/promises";
import type { Decision, Snapshot } from "../core/model.ts";
import type { State } from "../core/state.ts";
import type { Note, Outcome, Telemetry, TickFailure, TickRecord } from "../ports/telemetry.ts";

/** One line of the log: what `replay` needs, word for word. `input.state` is there after a start or a gap only. */
export interface DecisionLogEntry {
  readonly target: string;
  /** As `decide` takes it: after the lines before, or with its own state, it gives the same decision. */
  readonly input: Snapshot & { readonly state?: State | null };
  /**
   * Also what a replay could compute: a person reads the log without the program, and a replay has something to compare
   * with.
   */
  readonly decision: Decision;
  readonly outcome: Outcome;
  /** Why the write was refused. */
  readonly error?: string;
  /** How pods were prepared for a smaller count. */
  readonly scaleIn?: string;
}

/** Bytes that may wait for a slow disk before lines are given up. */
const maxWaitingBytes = 16 * 1024 * 1024;
/** Ticks without a change are written together: one write each would cost more than the decision. */
const gatherMilliseconds = 50;

/** The entry of a tick, for the log and for HTTP alike; its duration is left out, which no replay could reproduce. */
export function decisionLogEntry(record: TickRecord): DecisionLogEntry {
  const { target, snapshot, state, decision, outcome, error, scaleIn } = record;
  return {
    target,
    // Null is a state as well, that of a target seen for the first time; only undefined continues the line before.
    input: { ...snapshot, ...(state === undefined ? {} : { state }) },
    decision,
    outcome,
    ...(error === undefined ? {} : { error }),
    ...(scaleIn === undefined ? {} : { scaleIn }),
  };
}

/**
 * Appends one JSON line a tick, no-ops included: no other autoscaler keeps why nothing was done
 * (kubernetes/kubernetes#138992). Ends at the first error, which is told once: a full disk never disturbs a tick.
 */
export class DecisionLog implements Telemetry {
  readonly #stream: WriteStream;
  readonly #onError: (error: Error) => void;
  #broken = false;
  #gathering: NodeJS.Timeout | undefined;

  constructor(file: string, onError: (error: Error) => void) {
    this.#onError = onError;
    // Appended: a restart must not cost the history, of which a replay wants days.
    // A killed process has left half a line: what follows must not be glued to it.
    const midLine = endsInMidLine(file);
    this.#stream = createWriteStream(file, { flags: "a" });
    if (midLine) this.#stream.write("\n");
    this.#stream.on("error", (error) => {
      this.#break(error);
    });
  }

  /** Returns at once; the line reaches the disk soon after. */
  decided(record: TickRecord): void {
    if (record.outcome === "unchanged") this.#gather();
    this.#write(decisionLogEntry(record));
    if (record.outcome !== "unchanged") this.#release();
  }

  /** A line of its own kind, which a replay passes over: the next record brings its state along. */
  failed({ target, at, phase, error }: TickFailure): void {
    this.#write({ target, at, failure: { phase, error } });
    this.#release();
  }

  /** Passed over by a replay as well; it tells a reader why the next lines look different. */
  noted({ at, target, kind, detail }: Note): void {
    this.#write({ ...(target === undefined ? {} : { target }), at, note: { kind, detail } });
    this.#release();
  }

  #gather(): void {
    if (this.#gathering !== undefined) return;
    this.#stream.cork();
    this.#gathering = setTimeout(() => {
      this.#release();
    }, gatherMilliseconds);
  }

  #release(): void {
    if (this.#gathering === undefined) return;
    clearTimeout(this.#gathering);
    this.#gathering = undefined;
    this.#stream.uncork();
  }

  #write(entry: object): void {
    if (this.#broken) return;
    // A lost line in the middle would make the rest wrong in a replay, so the log ends instead.
    if (this.#stream.writableLength > maxWaitingBytes)
      this.#break(new Error(`${maxWaitingBytes} bytes wait to be written`));
    else this.#stream.write(`${JSON.stringify(entry)}\n`);
  }

  /** Resolves when all lines are on disk; never rejects, since an error has been told already. */
  async close(): Promise<void> {
    this.#release();
    this.#stream.end();
    await finished(this.#stream).catch(() => undefined);
  }

  #break(error: Error): void {
    if (this.#broken) return;
    this.#broken = true;
    this.#onError(error);
  }
}

/** Whether the last byte is something else than a line break; a file that cannot be read tells its error when it is written. */
function endsInMidLine(file: string): boolean {
  try {
    const handle = openSync(file, "r");
    try {
      const { size } = fstatSync(handle);
      const last = Buffer.alloc(1);
      return size > 0 && readSync(handle, last, 0, 1, size - 1) === 1 && last.toString() !== "\n";
    } finally {
      closeSync(handle);
    }
  } catch {
    return false;
  }
}
