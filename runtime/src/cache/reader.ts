import type { CacheTelemetry } from "./telemetry.ts";
import { ask, isUsable } from "./ask.ts";
import { encode, NotAValueError, parseFrozen, serialize } from "./envelope.ts";
import { abortable, type Flight } from "./flight.ts";
import { boundMs, type Memory } from "./memory.ts";
import type { Clock, Logger, Store, StoredValue } from "./types.ts";

export type Load = (signal: AbortSignal) => Promise<unknown>;

export interface LoadRequest {
  readonly key: string;
  readonly load: Load;
  readonly ttlMs: number;
  readonly graceMs: number;
  readonly tags: readonly string[];
}

export interface ReaderOptions {
  readonly store: Store;
  readonly memory: Memory;
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
  readonly telemetry?: CacheTelemetry | undefined;
  readonly memoryTtlMs: number;
  readonly loadTimeoutMs: number;
  /** Share of a time to live that chance takes away. */
  readonly jitter: number;
}

/** The loader did not answer in time. */
export class LoadTimeoutError extends Error {
  override readonly name = "LoadTimeoutError";
}

const renewMs = 1000;

/** What happens below the memory level: Redis, the lease, the source. */
export class Reader {
  readonly #options: ReaderOptions;

  constructor(options: ReaderOptions) {
    this.#options = options;
  }

  /** A time to live that is shorter by chance, so that what was stored together is not loaded together. */
  jittered(milliseconds: number): number {
    const { jitter, random } = this.#options;
    return Math.max(1, Math.round(milliseconds * (1 - jitter * random())));
  }

  /** Redis alone; undefined when it has nothing that may be answered. */
  async readOnly(key: string, flight: Flight): Promise<unknown> {
    const { clock, store } = this.#options;
    const readAt = clock.now();
    try {
      const stored = await store.read(key);
      const usable = stored !== undefined && isUsable(stored);
      this.#lookup(usable ? "hit" : "miss");
      if (usable) this.#remember(key, flight, stored, readAt);
      return usable ? stored.value : undefined;
    } catch (error) {
      this.#failed(error);
      return undefined;
    }
  }

  async getOrLoad(request: LoadRequest, flight: Flight): Promise<unknown> {
    const { clock, loadTimeoutMs: patienceMs, store } = this.#options;
    const answer = await ask(request.key, { store, clock, patienceMs, signal: flight.signal });
    switch (answer.kind) {
      case "fresh":
        this.#lookup("hit");
        this.#remember(request.key, flight, answer.stored, answer.readAt);
        return answer.stored.value;
      case "lease":
        this.#lookup("miss");
        return this.#loadWithLease(request, flight, answer);
      case "alone":
        this.#failed(answer.error);
        return this.#loadAlone(request, flight, answer.stale);
    }
  }

  /** Nobody else can be told: the value is kept for as long as it may be wrong. */
  async #loadAlone(request: LoadRequest, flight: Flight, stale: StoredValue | undefined): Promise<unknown> {
    const readAt = this.#options.clock.now();
    try {
      const json = serialize(request.key, await this.#load(request.load, flight));
      const value = parseFrozen(json);
      this.keepBriefly(request, flight, { value, size: json.length, readAt });
      return value;
    } catch (error) {
      return this.#staleInstead(request, flight, { stale, error });
    }
  }

  /** What was within its grace when this flight read it. Throws the error where nothing was. */
  #staleInstead(
    { key, graceMs }: LoadRequest,
    flight: Flight,
    { stale, error }: { readonly stale: StoredValue | undefined; readonly error: unknown },
  ): unknown {
    const unusable = stale === undefined || stale.freshMs + graceMs <= 0;
    if (unusable || flight.signal.aborted || error instanceof NotAValueError) throw error;
    const { clock, logger, memory } = this.#options;
    logger.warn({ key, error: messageOf(error) }, "the source failed: a stale value is answered");
    this.#lookup("stale");
    const { value, size, tags } = stale;
    // For a second from now, so that a source in trouble is not asked by every call. Its reading is as old as the flight:
    // memory answers it only while every invalidation since then has been heard.
    const times = { readAt: flight.startedAt, expiresAt: clock.now() + boundMs, generation: flight.generation };
    if (!flight.detached) memory.set(key, { value, size, tags, ...times });
    return value;
  }

  async #loadWithLease(
    request: LoadRequest,
    flight: Flight,
    { token, stale }: { readonly token: string; readonly stale: StoredValue | undefined },
  ): Promise<unknown> {
    const { key } = request;
    const readAt = this.#options.clock.now();
    const stopRenewing = this.#renew(key, token);
    try {
      // Before the load: a tag that is invalidated while it runs has another version then.
      const versions = await this.#versions(request);
      const json = serialize(key, await this.#load(request.load, flight));
      const value = parseFrozen(json);
      if (versions) await this.#fill(request, flight, { token, json, value, versions, readAt });
      else {
        this.keepBriefly(request, flight, { value, size: json.length, readAt });
        this.#release(key, token);
      }
      return value;
    } catch (error) {
      this.#release(key, token);
      return this.#staleInstead(request, flight, { stale, error });
    } finally {
      stopRenewing();
    }
  }

  /** Undefined when Redis does not tell: then the value must not be stored. */
  async #versions({ tags, ttlMs, graceMs }: LoadRequest): Promise<Readonly<Record<string, string>> | undefined> {
    if (tags.length === 0) return {};
    try {
      return await this.#options.store.tagVersions(tags, ttlMs + graceMs);
    } catch (error) {
      this.#failed(error);
      return undefined;
    }
  }

  async #fill(
    request: LoadRequest,
    flight: Flight,
    loaded: {
      readonly token: string;
      readonly json: string;
      readonly value: unknown;
      readonly versions: Readonly<Record<string, string>>;
      readonly readAt: number;
    },
  ): Promise<void> {
    const { key, graceMs, tags } = request;
    const { token, json, value, versions, readAt } = loaded;
    const ttlMs = this.jittered(request.ttlMs);
    const filledAt = this.#options.clock.now();
    try {
      const text = encode(json, graceMs, versions);
      const stored = await this.#options.store.fill(key, token, { text, milliseconds: ttlMs + graceMs });
      if (stored) this.keep(key, flight, { value, tags, size: json.length, readAt, expiresAt: filledAt + ttlMs });
    } catch (error) {
      this.#failed(error);
      this.keepBriefly(request, flight, { value, size: json.length, readAt });
    }
  }

  async #load(load: Load, { signal }: Flight): Promise<unknown> {
    const { clock, loadTimeoutMs, telemetry } = this.#options;
    const startedAt = clock.now();
    const deadline = new AbortController();
    const timer = setTimeout(() => {
      deadline.abort(new LoadTimeoutError(`the value was not loaded within ${loadTimeoutMs / 1000} s`));
    }, loadTimeoutMs);
    const told = (outcome: "ok" | "error"): void =>
      telemetry?.load({ outcome, seconds: (clock.now() - startedAt) / 1000 });
    try {
      const both = AbortSignal.any([signal, deadline.signal]);
      both.throwIfAborted();
      // A loader that does not heed the signal must not hold its callers.
      const value = await abortable(load(both), both);
      told("ok");
      return value;
    } catch (error) {
      told("error");
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Returns what stops it. A lease that cannot be renewed ends by itself, and the fill is refused. */
  #renew(key: string, token: string): () => void {
    const timer = setInterval(() => {
      this.#options.store.renew(key, token).catch(() => undefined);
    }, renewMs);
    return () => {
      clearInterval(timer);
    };
  }

  #release(key: string, token: string): void {
    // Whether or not it arrives: it ends by itself.
    this.#options.store.release(key, token).catch(() => undefined);
  }

  #remember(key: string, flight: Flight, { value, tags, size, freshMs }: StoredValue, readAt: number): void {
    this.keep(key, flight, { value, tags, size, readAt, expiresAt: readAt + freshMs });
  }

  /** For the second in which nobody else may have heard of a change. */
  keepBriefly(
    { key, tags }: Pick<LoadRequest, "key" | "tags">,
    flight: Flight,
    { value, size, readAt }: { readonly value: unknown; readonly size: number; readonly readAt: number },
  ): void {
    if (flight.detached) return;
    this.#options.memory.set(key, { value, tags, size, readAt, expiresAt: readAt + boundMs, generation: undefined });
  }

  /** Until Redis has it no longer, nor longer than memory may. */
  keep(
    key: string,
    { detached, generation }: Flight,
    entry: {
      readonly value: unknown;
      readonly tags: readonly string[];
      readonly size: number;
      readonly readAt: number;
      readonly expiresAt: number;
    },
  ): void {
    if (detached) return;
    const latest = entry.readAt + this.jittered(this.#options.memoryTtlMs);
    this.#options.memory.set(key, { ...entry, generation, expiresAt: Math.min(entry.expiresAt, latest) });
  }

  #lookup(result: "hit" | "miss" | "stale"): void {
    this.#options.telemetry?.lookup({ level: "redis", result });
  }

  #failed(error: unknown): void {
    this.#options.telemetry?.lookup({ level: "redis", result: "error" });
    this.#options.logger.debug({ error: messageOf(error) }, "Redis did not answer");
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : "unknown");
