import type { Clock, Logger } from "../types.ts";

const repeatMs = 60_000;

/** What goes on failing: warned of at its first failure and once a minute, told at debug level in between. */
export class Trouble {
  readonly #clock: Clock;
  readonly #logger: Logger;
  #warnedAt = -Infinity;

  constructor(clock: Clock, logger: Logger) {
    this.#clock = clock;
    this.#logger = logger;
  }

  /** The error's message alone: Redis and its client put no password there. */
  failed(what: string, error: unknown, fields: object = {}): void {
    const now = this.#clock.now();
    const due = now - this.#warnedAt >= repeatMs;
    if (due) this.#warnedAt = now;
    this.#logger[due ? "warn" : "debug"]({ ...fields, error: messageOf(error) }, what);
  }

  /** The next failure begins another series. */
  over(): void {
    this.#warnedAt = -Infinity;
  }
}

/** Of several addresses that all failed, the error has a code and no message. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return "unknown";
  return error.message || ("code" in error ? String(error.code) : error.name);
}
