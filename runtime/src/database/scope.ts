import { AsyncLocalStorage } from "node:async_hooks";
import { formatPosition, parsePosition, type Position } from "./servers/lsn.ts";

/** Asks the primary for a place at or behind every write that it has answered so far. */
export type AskPosition = () => Promise<bigint>;

/** What one request, message or job has written, so that its own reads see it. */
export class Scope {
  /** Handed over by another process. */
  #after = -1n;
  #wrote = false;
  #asking: Promise<bigint> | undefined;
  #lent = 0;

  /** Throws where the text is no position. */
  startAfter(position: Position): void {
    const after = parsePosition(position);
    if (after > this.#after) this.#after = after;
  }

  /** A write has been answered or has failed in a way that leaves it possible. No round trip: the next read asks. */
  wrote(): void {
    this.#wrote = true;
    // A place asked for before this answer need not include it.
    this.#asking = undefined;
  }

  /** A connection to the primary is lent: it may write without our knowing, until `returned`. */
  lend(): void {
    this.#lent += 1;
  }

  returned(): void {
    this.#lent -= 1;
    // Whatever it was used for: a read too many on the primary is no harm.
    this.wrote();
  }

  get lends(): boolean {
    return this.#lent > 0;
  }

  /** Undefined when any replica will do. Rejects when the primary does not tell. */
  needed(ask: AskPosition): Promise<bigint> | undefined {
    // The next question may have another answer.
    if (this.#lent > 0) return this.#ask(ask);
    if (!this.#wrote) return this.#after < 0n ? undefined : Promise.resolve(this.#after);
    return (this.#asking ??= this.#ask(ask));
  }

  async #ask(ask: AskPosition): Promise<bigint> {
    try {
      const position = await ask();
      return position > this.#after ? position : this.#after;
    } catch (error) {
      this.#asking = undefined;
      throw error;
    }
  }
}

/** Carries the scope along the calls of a request. */
export class Scopes {
  readonly #storage = new AsyncLocalStorage<Scope>();

  get current(): Scope | undefined {
    return this.#storage.getStore();
  }

  /** A scope within a scope is the same: its writes are the request's. */
  run<Result>(work: () => Result, after?: Position): Result {
    const scope = this.current ?? new Scope();
    if (after !== undefined) scope.startAfter(after);
    return this.#storage.run(scope, work);
  }

  /** Undefined outside a scope and before its first write. */
  async position(ask: AskPosition): Promise<Position | undefined> {
    const position = await this.current?.needed(ask);
    return position === undefined ? undefined : formatPosition(position);
  }
}
