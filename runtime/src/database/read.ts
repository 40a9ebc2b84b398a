import type { QueryResult } from "pg";
import { choose } from "./choose.ts";
import type { Context } from "./context.ts";
import { ConnectionLostError, NoConnectionError, OutcomeUnknownError } from "./errors.ts";
import { goOnAfter, withRetries, type RetryReason } from "./retry.ts";
import {
  codeOf,
  isAnswer,
  isRecoveryConflict,
  readOnlyCode,
  replicaCannotAnswer,
  showsIllness,
} from "./servers/failure.ts";
import type { Lease, Server } from "./servers/server.ts";
import type { Statement } from "./servers/send.ts";
import type { DatabaseTelemetry } from "./telemetry.ts";
import { reasonBeforeStart, write } from "./write.ts";

// Equal replicas take turns by it.
let turn = 0;

/** One statement that only reads, as far as caller and grammar tell: on a replica where one may answer, else on the primary. */
export class Read {
  readonly #context: Context;
  readonly #statement: Statement;
  /** Replicas that failed this call. */
  #failed: Set<Server> | undefined;
  /** A replica cannot answer it: it is the primary's, under the rules of a write. */
  #refused: boolean;
  /** An attempt on the primary broke off. If the text hides a write, that may have happened. */
  #unproven = false;
  #server: Server;

  constructor(context: Context, statement: Statement, refused: boolean) {
    this.#context = context;
    this.#statement = statement;
    this.#server = context.primary;
    this.#refused = refused;
  }

  /** Who had it last. */
  get route(): "primary" | "replica" {
    return this.#server.role;
  }

  async run(): Promise<QueryResult> {
    if (this.#refused) return this.#asWrite();
    try {
      return await this.#attempt();
    } catch (error) {
      this.#note(error);
      return this.#goOnAfter(error);
    }
  }

  async #goOnAfter(first: unknown): Promise<QueryResult> {
    const { telemetry } = this.#context;
    const attempt = async (): Promise<QueryResult> => {
      try {
        return await this.#attempt();
      } catch (error) {
        this.#note(error);
        throw error;
      }
    };
    try {
      return await goOnAfter(first, attempt, {
        reasonOf: (error) => (this.#refused ? undefined : reasonOfRead(error)),
        signal: this.#statement.signal,
        context: this.#context,
      });
    } catch (error) {
      if (!this.#refused) throw this.#withoutAbort(error);
      if (this.#unproven && codeOf(error) === readOnlyCode)
        throw new OutcomeUnknownError("a statement that turned out to write", error);
    }
    telemetry?.fallback("refused");
    return this.#unproven ? this.#onceMore() : this.#asWrite();
  }

  /** It may hide a write, which the attempt that broke off may have done. */
  #onceMore(): Promise<QueryResult> {
    const { primary } = this.#context;
    this.#server = primary;
    return withRetries(() => runReadOnly(primary, this.#statement), {
      reasonOf: reasonOfRead,
      signal: this.#statement.signal,
      context: this.#context,
    });
  }

  #asWrite(): Promise<QueryResult> {
    this.#server = this.#context.primary;
    return write(this.#context, this.#statement);
  }

  /** Not async: the way of nearly every read is short. */
  #attempt(): Promise<QueryResult> {
    const { scopes, askPosition } = this.#context;
    const scope = scopes.current;
    // Another write may be answered there at any moment.
    if (scope?.lends === true) return this.#onPrimary("behindWrite");
    const needed = scope?.needed(askPosition);
    if (needed !== undefined) return this.#attemptFrom(needed);
    const replica = this.#choose();
    if (replica === undefined) return this.#onPrimary("noReplica");
    this.#server = replica;
    return replica.run(this.#statement);
  }

  async #attemptFrom(needed: Promise<bigint>): Promise<QueryResult> {
    // The primary does not tell how far it is, but it has the write itself.
    const position = await needed.catch(() => undefined);
    const replica = position === undefined ? undefined : this.#choose(position);
    if (position === undefined || replica === undefined) return this.#onPrimary("behindWrite");
    this.#server = replica;
    return (await this.#runFrom(replica, position)) ?? this.#onPrimary("behindWrite");
  }

  #choose(position?: bigint): Server | undefined {
    turn += 1;
    return choose(this.#context.replicas, { without: this.#failed, position, turn });
  }

  /** Undefined when the replica has not replayed the position yet. */
  async #runFrom(replica: Server, position: bigint): Promise<QueryResult | undefined> {
    const lease = await replica.acquire(this.#statement.signal);
    try {
      if (!(await reached(replica, lease, position))) return undefined;
      return await lease.run(this.#statement);
    } finally {
      lease.release();
    }
  }

  #onPrimary(why: Parameters<DatabaseTelemetry["fallback"]>[0]): Promise<QueryResult> {
    const { primary, replicas, telemetry } = this.#context;
    this.#server = primary;
    // Once round: the next attempt may begin with a replica again.
    this.#failed = undefined;
    // Where there are no replicas at all, the primary is no fallback.
    if (replicas.length > 0) telemetry?.fallback(replicas.some((one) => one.inRotation) ? why : "noReplica");
    return this.#unproven ? runReadOnly(primary, this.#statement) : primary.run(this.#statement);
  }

  /** What a failure tells about the statement and about the server that had it. */
  #note(error: unknown): void {
    const server = this.#server;
    const refusal = codeOf(error) === readOnlyCode;
    if (server.role === "primary") {
      if (error instanceof ConnectionLostError) this.#unproven = true;
      // It hides a write, and the server is in recovery: nothing has happened, so a write's rules hold.
      this.#refused = refusal;
      return;
    }
    (this.#failed ??= new Set()).add(server);
    if (refusal) this.#context.statements.refuse(this.#statement.text);
    this.#refused = replicaCannotAnswer(error);
    if (this.#statement.signal?.aborted !== true && isConnectionFailure(error)) this.#context.suspect(server);
  }

  /** What our own cancelling brought about is the caller's reason. */
  #withoutAbort(error: unknown): unknown {
    const { signal } = this.#statement;
    const ours = error instanceof ConnectionLostError || isAnswer(error);
    return signal?.aborted === true && ours ? signal.reason : error;
  }
}

function reasonOfRead(error: unknown): RetryReason | undefined {
  if (error instanceof ConnectionLostError) return "connection";
  return isRecoveryConflict(error) ? "serialization" : reasonBeforeStart(error);
}

const isConnectionFailure = (error: unknown): boolean =>
  error instanceof ConnectionLostError || (error instanceof NoConnectionError && showsIllness(error));

async function reached(replica: Server, lease: Lease, position: bigint): Promise<boolean> {
  try {
    return await replica.replayed.reached(lease.client, position);
  } catch (error) {
    // The statement itself was not sent.
    lease.release(true);
    throw new NoConnectionError(replica.name, error);
  }
}

/**
 * Once more on the primary after an attempt that broke off: a text that hides a write, in a view's function say, is
 * refused this time instead of being run twice.
 */
async function runReadOnly(primary: Server, statement: Statement): Promise<QueryResult> {
  const lease = await primary.acquire(statement.signal);
  let done = false;
  try {
    await lease.run({ text: "begin read only" });
    const result = await lease.run(statement);
    await lease.run({ text: "commit" });
    done = true;
    return result;
  } catch (error) {
    if (codeOf(error) === readOnlyCode) throw new OutcomeUnknownError("a statement that turned out to write", error);
    throw error;
  } finally {
    // An open transaction must not go back to the pool.
    lease.release(!done);
  }
}
