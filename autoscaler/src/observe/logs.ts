import { pino, type DestinationStream, type Logger } from "pino";
import { explain } from "../core/explain.ts";
import type { Signal } from "../core/model.ts";
import type { Note, Telemetry, TickFailure, TickRecord } from "../ports/telemetry.ts";

/** Re-exported, so that nobody else depends on the library by name. */
export type { Logger } from "pino";
/** Pino's words, which are those of `logLevel` in the configuration. */
export type LogLevel = "trace" | "debug" | "info" | "warn" | "error" | "fatal" | "silent";

/** So many failed ticks in a row no longer heal by themselves. */
const failuresThatNeedSomeone = 5;

/** JSON lines with level words and ISO times. Standard output when no destination is given. */
export function createLogger(level: LogLevel, destination?: DestinationStream): Logger {
  const options = {
    level,
    // No host name and process id: the collector of a cluster adds the pod, which says more.
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}

/** Constant messages, variables as fields. DEBUG: each tick; INFO: a change; WARN: heals by itself; ERROR: someone must act. */
export class Logs implements Telemetry {
  readonly #logger: Logger;
  readonly #failures = new Map<string, number>();
  /** Target and metric → how it was judged last, so that a lasting trouble is one line. */
  readonly #signals = new Map<string, Signal["kind"]>();

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** One line for the tick, one for each metric whose state changed, and one when ticks succeed again. */
  decided(record: TickRecord): void {
    const { target, decision, outcome, error, scaleIn, durationSeconds } = record;
    this.#tellSignals(record);
    // Nearly all ticks are of this kind, and nearly nobody reads them.
    if (outcome === "unchanged" && !this.#logger.isLevelEnabled("debug")) {
      this.#recover(target);
      return;
    }
    const { currentReplicas, readyReplicas, desiredReplicas, reasons, limitedBy } = decision;
    const counts = { target, currentReplicas, readyReplicas, desiredReplicas, reasons, limitedBy };
    const fields = { ...counts, durationSeconds, explanation: explain(target, decision) };
    switch (outcome) {
      case "unchanged":
        this.#logger.debug(fields, "decided");
        break;
      case "patched":
        this.#logger.info({ ...fields, ...(scaleIn === undefined ? {} : { scaleIn }) }, "scaled");
        break;
      case "observed":
        this.#logger.info(fields, "would scale");
        break;
      case "failed":
        this.#tellFailure(target, { ...fields, phase: "PatchScale", error });
        return;
    }
    this.#recover(target);
  }

  /** Warns at first, since single conflicts and restarts heal; the level rises with failures in a row. */
  failed({ target, phase, error }: TickFailure): void {
    this.#tellFailure(target, { target, phase, error });
  }

  /** Leadership is news, all else a limitation: the only warning that some of them ever give. */
  noted({ kind, target, detail }: Note): void {
    const fields = { kind, ...(target === undefined ? {} : { target }), detail };
    if (kind.startsWith("Leader")) this.#logger.info(fields, "leadership changed");
    else this.#logger.warn(fields, "working with a limitation");
  }

  #tellFailure(target: string, fields: object): void {
    const failures = (this.#failures.get(target) ?? 0) + 1;
    this.#failures.set(target, failures);
    const level = failures < failuresThatNeedSomeone ? "warn" : "error";
    // Each one, not only the first: the cause may change on the way.
    this.#logger[level]({ ...fields, failures }, "tick failed");
  }

  #recover(target: string): void {
    const failures = this.#failures.get(target) ?? 0;
    // Whoever was called by the errors has to see that they have ended.
    if (failures > 0) this.#logger.info({ target, failures }, "ticks succeed again");
    this.#failures.delete(target);
  }

  #tellSignals({ target, decision }: TickRecord): void {
    for (const [metric, signal] of Object.entries(decision.signals)) {
      // A line break is in no name, so no two pairs share a key.
      const key = `${target}\n${metric}`;
      // Taken for fresh at first: a metric that has never been there is trouble, one that is there is no news.
      const before = this.#signals.get(key) ?? "fresh";
      this.#signals.set(key, signal.kind);
      if (before === signal.kind) continue;
      if (signal.kind === "fresh") this.#logger.info({ target, metric }, "metric is fresh again");
      else this.#logger.warn({ target, metric, ...trouble(signal) }, "metric is not fresh");
    }
  }
}

function trouble(signal: Exclude<Signal, { kind: "fresh" }>): object {
  return signal.kind === "stale"
    ? { signal: signal.kind, ageSeconds: signal.ageSeconds }
    : { signal: signal.kind, cause: signal.cause };
}
