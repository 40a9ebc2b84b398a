import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import type { Client } from "../demo/client.ts";
import { mayRetry, succeeded, type Operation } from "./requestLog.ts";

export interface LoadOptions {
  /** Of reads, and of starts as well: twice as many requests. */
  readonly perSecond: number;
  /** Of each execution. */
  readonly workSeconds: number;
}

/** As the gateway's Retry-After says. */
const retrySeconds = 2;

/** Callers that ask at a steady pace however late the answers come, and ask once more where the documentation tells them to. */
export class SteadyLoad {
  readonly #client: Client;
  readonly #options: LoadOptions;
  /** Those since the last `begin`. */
  #operations: Operation[] = [];
  #workflow: string;
  #stopped = false;
  readonly #under = new Set<Promise<void>>();
  readonly #ended: Promise<void>;

  private constructor(client: Client, workflow: string, options: LoadOptions) {
    this.#client = client;
    this.#workflow = workflow;
    this.#options = options;
    this.#ended = this.#run();
  }

  static async start(client: Client, options: LoadOptions): Promise<SteadyLoad> {
    return new SteadyLoad(client, await createWorkflow(client), options);
  }

  /** From now on of a workflow of its own, so that its executions can be counted; resolves to it. */
  async begin(): Promise<{ readonly workflow: string; readonly operations: readonly Operation[] }> {
    const workflow = await createWorkflow(this.#client);
    this.#workflow = workflow;
    const operations: Operation[] = [];
    this.#operations = operations;
    return { workflow, operations };
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#ended;
    await Promise.all(this.#under);
  }

  async #run(): Promise<void> {
    const begun = Date.now();
    for (let turn = 0; !this.#stopped; turn++) {
      // From the start, not from the turn before: delays would add up otherwise.
      const ahead = begun + (turn * 1000) / this.#options.perSecond - Date.now();
      if (ahead > 0) await delay(ahead);
      const path = `/v1/workflows/${this.#workflow}`;
      const key = randomUUID();
      const start = {
        body: { input: { workSeconds: this.#options.workSeconds } },
        headers: { "idempotency-key": key },
      };
      this.#ask({ kind: "read" }, () => this.#client.call("GET", path));
      this.#ask({ kind: "start", key }, () => this.#client.call("POST", `${path}/executions`, start));
    }
  }

  #ask(what: Pick<Operation, "kind" | "key">, send: () => Promise<{ readonly status: number }>): void {
    const operation: Operation = { ...what, sentAt: now(), attempts: [], over: false };
    this.#operations.push(operation);
    const asked = this.#attempt(operation, send).finally(() => {
      operation.over = true;
      this.#under.delete(asked);
    });
    this.#under.add(asked);
  }

  async #attempt(operation: Operation, send: () => Promise<{ readonly status: number }>): Promise<void> {
    for (const last of [false, true]) {
      const { status } = await send();
      const attempt = { endedAt: now(), status };
      operation.attempts.push(attempt);
      if (last || succeeded(operation.kind, attempt) || !mayRetry(attempt)) return;
      await delay(retrySeconds * 1000);
    }
  }
}

const now = (): number => Date.now() / 1000;

async function createWorkflow(client: Client): Promise<string> {
  // In the middle of a fault the first attempt may fail; a caller would ask again.
  for (let attempt = 0; ; attempt++) {
    const { status, body } = await client.call("POST", "/v1/workflows", { body: { name: "faults" } });
    if (status === 201) return (body as { id: string }).id;
    if (attempt === 5) throw new Error(`the gateway answered ${status} to a new workflow, not 201`);
    await delay(retrySeconds * 1000);
  }
}
