import type { KubeConfig } from "@kubernetes/client-node";
import type { State } from "../../../core/state.ts";
import type { Clock } from "../../../ports/clock.ts";
import type { RefusedState, StateStore } from "../../../ports/stateStore.ts";
import { statusCode } from "../api/apiError.ts";
import { ConfigMap } from "./configMap.ts";
import { describeMapError, StateMap } from "./stateMap.ts";
import type { StateCodec } from "./stateMap.ts";

/** Where states are kept and how often they are written. Defaults: 200 targets, 5 s, 30 s. */
export interface ConfigMapStateStoreOptions extends StateCodec {
  readonly kubeConfig: KubeConfig;
  /** Epoch seconds; only ages are compared. */
  readonly clock: Clock;
  readonly namespace: string;
  /** The maps are `name-0`, `name-1` and so on. */
  readonly name: string;
  /** In the order of the configuration. */
  readonly targets: readonly string[];
  /** A ConfigMap holds 1 MiB: 200 states of 5 KiB. */
  readonly targetsPerMap?: number;
  /** Asked right before each write. */
  readonly mayWrite: () => boolean;
  /** A map is written at most once in this time, flushes aside. */
  readonly intervalSeconds?: number;
  /** A stored state whose times alone have moved is written again after this time. */
  readonly restampSeconds?: number;
  /** Hears of a map that could not be written, once per change of the text. */
  readonly onFailure: (error: string) => void;
}

/** How long the end of a term or a tick waits for a write. */
const waitSeconds = 2;

/** States in memory while this process leads, and in ConfigMaps for the one that leads next. */
export class ConfigMapStateStore implements StateStore {
  readonly #options: Required<ConfigMapStateStoreOptions>;
  #maps: readonly StateMap[] = [];
  /** Target → the map that it belongs to by this configuration. */
  #homes: ReadonlyMap<string, StateMap> = new Map();
  /** Aborts at the end of a term; also tells a term from the next one. */
  #term = new AbortController();
  /** Only then may anything be written: an unread map may hold what an earlier leader knew. */
  #opened = false;
  /** Map → what was told of it last. */
  readonly #failures = new Map<string, string>();

  constructor(options: ConfigMapStateStoreOptions) {
    this.#options = { targetsPerMap: 200, intervalSeconds: 5, restampSeconds: 30, ...options };
    this.#forget();
  }

  async open(signal: AbortSignal): Promise<readonly RefusedState[]> {
    const term = this.#forget();
    const refused: RefusedState[] = [];
    try {
      const maps = await this.#read(refused, signal);
      // A slow `open` that a newer one has overtaken must not undo it.
      if (term !== this.#term) throw new Error("the state store was opened anew meanwhile");
      this.#maps = maps;
    } catch (error) {
      // Half of the states would pass for all of them.
      if (term === this.#term) this.#forget();
      throw error;
    }
    this.#opened = true;
    void this.#keepWriting(term.signal);
    return refused;
  }

  load(target: string): State | null {
    return this.#home(target).load(target);
  }

  save(target: string, state: State): void {
    this.#home(target).save(target, state);
  }

  /** Before a write of the count, so that whoever leads next knows that write for ours. */
  async flush(target: string, signal: AbortSignal): Promise<void> {
    const map = this.#home(target);
    const deadline = AbortSignal.any([signal, AbortSignal.timeout(waitSeconds * 1000)]);
    try {
      // One write of a map at a time: a second one would only conflict with the first.
      await inTime(map.idle(), deadline);
      // The write that was under way may have had it.
      if (!map.isPending(target)) return;
      const written = await inTime(
        map.write((one) => one === target, deadline),
        deadline,
      );
      if (!written) throw new Error("this process may not write");
    } catch (error) {
      throw new Error(`state of ${target}: ${describeMapError(map, "write", error)}`, { cause: error });
    }
  }

  async close(): Promise<void> {
    // Stops the periodic writes, so that the last one has the map for itself.
    this.#term.abort();
    const deadline = AbortSignal.timeout(waitSeconds * 1000);
    await Promise.all(this.#maps.map((map) => this.#writeMap(map, () => true, deadline)));
  }

  async #read(refused: RefusedState[], signal: AbortSignal): Promise<readonly StateMap[]> {
    const maps = [...this.#maps];
    await Promise.all(maps.map((map) => openMap(map, refused, signal)));
    // A former configuration may have filled more maps; their states move to where they belong now.
    for (;;) {
      const more = this.#map(maps.length, []);
      if (!(await openMap(more, refused, signal))) break;
      maps.push(more);
    }
    for (const [target, text] of maps.flatMap((map) => map.strangers))
      this.#homes.get(target)?.adopt(target, text, refused);
    return maps;
  }

  /** Begins a new term with nothing; returns what ends it. */
  #forget(): AbortController {
    const { targets, targetsPerMap } = this.#options;
    this.#term.abort();
    this.#term = new AbortController();
    this.#opened = false;
    const maps: StateMap[] = [];
    const homes = new Map<string, StateMap>();
    for (let from = 0; from < targets.length; from += targetsPerMap) {
      // By position, not by hash: it is plain from the configuration where a state is.
      const share = targets.slice(from, from + targetsPerMap);
      const map = this.#map(maps.length, share);
      maps.push(map);
      for (const target of share) homes.set(target, map);
    }
    this.#maps = maps;
    this.#homes = homes;
    return this.#term;
  }

  #map(index: number, targets: readonly string[]): StateMap {
    const { kubeConfig, namespace, name, clock, restampSeconds, mayWrite } = this.#options;
    // Of the map's own time: the closure below must not ask the store which term it is by then.
    const term = this.#term;
    return new StateMap({
      map: new ConfigMap(kubeConfig, namespace, `${name}-${index}`),
      ...{ targets, clock, codec: this.#options, restampSeconds },
      // What was not read is not overwritten, and what hung at the end of a term does not write in the next one.
      mayWrite: () => this.#opened && term === this.#term && mayWrite(),
      // A state that moves to another map goes here only when it has arrived there.
      isObsolete: (key) => this.#homes.get(key)?.isStored(key) ?? true,
    });
  }

  #home(target: string): StateMap {
    const map = this.#homes.get(target);
    if (map === undefined) throw new Error(`target "${target}" is not one that this store was made for`);
    return map;
  }

  async #keepWriting(term: AbortSignal): Promise<void> {
    const { clock, intervalSeconds } = this.#options;
    for (;;) {
      await clock.sleep(intervalSeconds, term);
      if (term.aborted) return;
      // One after the other, so that full maps do not crowd the API server.
      for (const map of this.#maps) await this.#writeMap(map, () => false, new AbortController().signal);
    }
  }

  async #writeMap(map: StateMap, isForced: (target: string) => boolean, signal: AbortSignal): Promise<void> {
    try {
      await inTime(map.write(isForced, signal), signal);
      // The next failure is news again, even with the same text.
      this.#failures.delete(map.name);
    } catch (error) {
      const text = describeMapError(map, "write", error);
      if (this.#failures.get(map.name) === text) return;
      this.#failures.set(map.name, text);
      this.#options.onFailure(text);
    }
  }
}

async function openMap(map: StateMap, refused: RefusedState[], signal: AbortSignal): Promise<boolean> {
  try {
    return await map.open(refused, signal);
  } catch (error) {
    // A Role that names the maps of this configuration hides those of a former one.
    if (map.isFormer && statusCode(error) === 403) return false;
    throw new Error(describeMapError(map, "read", error), { cause: error });
  }
}

/** A hanging write goes on behind, but nobody waits for it any longer. */
async function inTime<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  // The loser of the race below may still reject.
  promise.catch(() => undefined);
  signal.throwIfAborted();
  const stop = new AbortController();
  const late = new Promise<never>((_, reject) => {
    const abort = (): void => {
      reject(signal.reason instanceof Error ? signal.reason : new Error("aborted"));
    };
    signal.addEventListener("abort", abort, { once: true, signal: stop.signal });
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    stop.abort();
  }
}
