import { setTimeout as delay } from "node:timers/promises";
import { DatabaseError, type Client, type ClientBase } from "pg";
import { isAnswer, isFullPooler, neverLeftPooler } from "./failure.ts";

interface Doubt {
  readonly client: Client;
  /** When another connection was answered in its stead. */
  replacedAt?: number;
}

/** The connection on which a server is checked, beside its pool: all of those may be busy while the server is well. */
export class CheckConnection {
  readonly #open: () => Client;
  readonly #timeoutSeconds: number;
  readonly #now: () => number;
  readonly #clients = new Set<Client>();
  #client: Client | undefined;
  #lost = false;
  #closed = false;
  /** Asked and still without an answer: a server that is only slow answers it in the end. */
  #doubt: Doubt | undefined;
  /** When the other side last said anything, a refusal included. */
  lastSign: number;

  constructor(open: () => Client, timeoutSeconds: number, now: () => number) {
    this.#open = open;
    this.#timeoutSeconds = timeoutSeconds;
    this.#now = now;
    this.lastSign = now();
  }

  /** Rejects with the question's own error, or when there is no connection or no answer in time. */
  async ask<Answer>(question: (client: ClientBase) => Promise<Answer>): Promise<Answer> {
    const signBefore = this.lastSign;
    try {
      this.#client ??= await this.#connect();
      const answer = await this.#answerOf(this.#client, question(this.#client));
      if (this.#doubt !== undefined) this.#doubt.replacedAt ??= this.#now();
      return answer;
    } catch (error) {
      if (!(error instanceof DatabaseError)) this.#lost = true;
      // The pooler speaks, but tells that the server behind it does not.
      if (neverLeftPooler(error) && !isFullPooler(error)) this.lastSign = signBefore;
      throw error;
    }
  }

  /** True once after a check that failed without an answer: the pool's connections may have died with it. */
  takeLoss(): boolean {
    const lost = this.#lost;
    this.#lost = false;
    return lost;
  }

  /** True once when a connection has stayed unanswered for so long though another is answered: it died without a word. */
  takeDeath(silentSeconds: number): boolean {
    const { client, replacedAt } = this.#doubt ?? {};
    if (client === undefined || replacedAt === undefined || this.#now() - replacedAt < silentSeconds) return false;
    void this.#drop(client);
    this.#doubt = undefined;
    return true;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#clients].map((client) => this.#drop(client)));
  }

  async #connect(): Promise<Client> {
    const client = this.#open();
    this.#clients.add(client);
    const ended = (): void => {
      if (this.#client === client) this.#client = undefined;
    };
    client.on("error", ended).on("end", ended);
    try {
      await client.connect();
      this.#heard(client);
    } catch (error) {
      if (error instanceof DatabaseError) this.#heard(client);
      void this.#drop(client);
      throw error;
    }
    if (this.#closed) void this.#drop(client);
    // A check keeps no process from ending.
    (client as Client & { unref(): void }).unref();
    return client;
  }

  async #answerOf<Answer>(client: Client, asked: Promise<Answer>): Promise<Answer> {
    const told = asked.then(
      (answer) => {
        this.#heard(client);
        return answer;
      },
      (error: unknown) => {
        if (error instanceof DatabaseError) this.#heard(client);
        if (!isAnswer(error)) void this.#drop(client);
        throw error;
      },
    );
    const enough = new AbortController();
    const late = delay(this.#timeoutSeconds * 1000, undefined, { ref: false, signal: enough.signal });
    try {
      return await Promise.race([told, late.then(() => Promise.reject(new Error("no answer to the check in time")))]);
    } catch (error) {
      if (this.#client === client && !(error instanceof DatabaseError)) this.#putAside(client);
      throw error;
    } finally {
      enough.abort();
      late.catch(() => undefined);
      told.catch(() => undefined);
    }
  }

  #putAside(client: Client): void {
    this.#client = undefined;
    const older = this.#doubt;
    // While nothing is answered the first one's silence tells most.
    if (older !== undefined && older.replacedAt === undefined) void this.#drop(client);
    else this.#doubt = { client };
    if (older?.replacedAt !== undefined) void this.#drop(older.client);
  }

  #heard(client: Client): void {
    this.lastSign = this.#now();
    if (this.#doubt?.client !== client) return;
    this.#doubt = undefined;
    // Only slow: what else is open to the server lives too.
    this.#lost = false;
    void this.#drop(client);
  }

  #drop(client: Client): Promise<void> {
    if (this.#client === client) this.#client = undefined;
    if (!this.#clients.delete(client)) return Promise.resolve();
    return client.end().catch(() => undefined);
  }
}
