import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Read, Request, ToChild, ToParent } from "./protocol.ts";

const program = fileURLToPath(new URL("child.ts", import.meta.url));

export type Source = (key: string, child: number) => unknown;

/** One process with a cache of its own. */
export class Child {
  readonly reads: Read[] = [];
  readonly errors: string[] = [];
  readonly #process: ChildProcess;
  readonly #calls = new Map<number, PromiseWithResolvers<unknown>>();
  readonly #ready = Promise.withResolvers<undefined>();
  #last = 0;

  constructor(index: number, urls: readonly string[], source: Source) {
    this.#process = fork(program, [JSON.stringify(urls)]);
    this.#process.on("message", (message: ToParent) => {
      if ("ready" in message) this.#ready.resolve(undefined);
      else if ("load" in message) void this.#load(message.load, message.key, index, source);
      else if ("reads" in message) {
        this.reads.push(...message.reads);
        this.errors.push(...message.errors);
      } else if ("error" in message) this.#calls.get(message.call)?.reject(new Error(message.error));
      else this.#calls.get(message.call)?.resolve(message.result);
    });
    this.#process.on("exit", (code) => {
      const error = new Error(`a child ended with ${code}`);
      this.#ready.reject(error);
      for (const call of this.#calls.values()) call.reject(error);
    });
  }

  get ready(): Promise<unknown> {
    return this.#ready.promise;
  }

  async #load(load: number, key: string, index: number, source: Source): Promise<void> {
    try {
      this.#send({ loaded: load, value: await source(key, index) });
    } catch (error) {
      this.#send({ loaded: load, error: String(error) });
    }
  }

  #send(message: ToChild): void {
    if (this.#process.connected) this.#process.send(message);
  }

  call(request: Request): Promise<unknown> {
    const answer = Promise.withResolvers<unknown>();
    this.#calls.set(++this.#last, answer);
    this.#send({ call: this.#last, request });
    return answer.promise;
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode !== null) return;
    // Not before it is gone: a test that ends must leave no process.
    const gone = once(this.#process, "exit");
    this.#process.kill("SIGKILL");
    await gone;
  }
}

/** Several processes that load from one source, which is in this process. */
export async function startFleet(size: number, urls: readonly string[], source: Source): Promise<Child[]> {
  const children = Array.from({ length: size }, (_, index) => new Child(index, urls, source));
  try {
    await Promise.all(children.map(({ ready }) => ready));
    return children;
  } catch (error) {
    await stopFleet(children);
    throw error;
  }
}

export async function stopFleet(children: readonly Child[]): Promise<void> {
  // Silent from now on: their end is no failure any more.
  for (const child of children) child.ready.catch(() => undefined);
  await Promise.all(children.map((child) => child.stop()));
}

/** The value below which the share lies. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN;
}

export const figures = (values: readonly number[]): string =>
  values.length === 0
    ? "none"
    : `${values.length}: p50 ${quantile(values, 0.5).toFixed(2)} ms, p99 ${quantile(values, 0.99).toFixed(2)} ms, max ${quantile(values, 1).toFixed(2)} ms`;
