import type { State } from "../../../core/state.ts";
import type { Clock } from "../../../ports/clock.ts";
import type { RefusedState } from "../../../ports/stateStore.ts";
import { describeApiError, retryRead, statusCode } from "../api/apiError.ts";
import type { ConfigMap, ConfigMapContent } from "./configMap.ts";

/** A state, or why the text is not taken for one: of another version, or damaged. */
export type DecodedState = { readonly state: State } | { readonly refused: string };

/** How a state becomes text; of the core's format this folder knows nothing. */
export interface StateCodec {
  encode(target: string, state: State): string;
  /** Never throws: people may edit a ConfigMap. */
  decode(target: string, text: string): DecodedState;
  /** What of a state is worth a write of its own: without the times that move with every tick. */
  substance(state: State): string;
}

/** One map and the targets whose states belong there. */
export interface StateMapOptions {
  readonly map: ConfigMap;
  readonly targets: readonly string[];
  readonly clock: Clock;
  readonly codec: StateCodec;
  /** After this age a stored state is written anew although only its times have moved. */
  readonly restampSeconds: number;
  /** Asked right before each write. */
  readonly mayWrite: () => boolean;
  /** Whether a key that has no place in this map may go. */
  readonly isObsolete: (key: string) => boolean;
}

/** What the API server has of one target, as far as this process knows. */
interface Stored {
  readonly text: string;
  /** Undefined: not what this process has written or read as a state. */
  readonly substance: string | undefined;
  /** When it was written, epoch seconds; -Infinity where only somebody else knows. */
  readonly at: number;
}

/** One target's place in the map. */
interface Entry {
  state?: State | undefined;
  /** Of `state`, once it was needed. */
  substance?: string | undefined;
  /** Saved since the last write. */
  pending: boolean;
  stored?: Stored | undefined;
}

/** One write and one repetition: after a conflict, or when the map has to be created. */
const maxTries = 2;
/** The API server's bound of a ConfigMap's data. */
const maxBytes = 1024 * 1024;

/** The states that share one ConfigMap. One write at a time. */
export class StateMap {
  readonly #options: StateMapOptions;
  readonly #entries: ReadonlyMap<string, Entry>;
  /** The map's resourceVersion; undefined: there is no map. */
  #version: string | undefined;
  /** Left by a former configuration, or by people. */
  #strangers: readonly (readonly [key: string, text: string])[] = [];
  /** Settles with the last write in the queue; one of them at a time. */
  #lastWrite: Promise<unknown> = Promise.resolve();

  constructor(options: StateMapOptions) {
    this.#options = options;
    this.#entries = new Map(options.targets.map((target): [string, Entry] => [target, { pending: false }]));
  }

  /** Namespace and name, for errors. */
  get name(): string {
    const { namespace, name } = this.#options.map;
    return `${namespace}/${name}`;
  }

  /** Whether no target of this configuration has its place here. */
  get isFormer(): boolean {
    return this.#entries.size === 0;
  }

  /** Keys that have no place in this map, with their text. */
  get strangers(): readonly (readonly [key: string, text: string])[] {
    return this.#strangers;
  }

  /** Whether the map exists; states that are refused are added to `refused`. */
  async open(refused: RefusedState[], signal: AbortSignal): Promise<boolean> {
    const { map, clock } = this.#options;
    const content = await retryRead(() => map.read(signal), clock, signal);
    this.#take(content);
    for (const [target, entry] of this.#entries)
      if (entry.stored !== undefined) this.#decode(target, entry.stored.text, refused);
    return content !== undefined;
  }

  /** Takes over a state that was found in another map, unless there is one here. */
  adopt(target: string, text: string, refused: RefusedState[]): void {
    const entry = this.#entries.get(target);
    if (entry === undefined || entry.state !== undefined || entry.stored !== undefined) return;
    this.#decode(target, text, refused);
  }

  /** Null: nothing stored, nothing saved, or what was stored is refused. */
  load(target: string): State | null {
    return this.#entries.get(target)?.state ?? null;
  }

  /** In memory only; a target without a place here is passed over. */
  save(target: string, state: State): void {
    const entry = this.#entries.get(target);
    if (entry === undefined) return;
    entry.state = state;
    entry.substance = undefined;
    entry.pending = true;
  }

  /** Whether the API server has a state of the target here, be it an old one. */
  isStored(target: string): boolean {
    return this.#entries.get(target)?.stored !== undefined;
  }

  /** Whether the last save has not been written. */
  isPending(target: string): boolean {
    return this.#entries.get(target)?.pending ?? false;
  }

  /** Resolves when no write is under way, whatever became of it. */
  async idle(): Promise<void> {
    await this.#lastWrite.catch(() => undefined);
  }

  /**
   * Writes what is due, and the forced targets if they were saved since their last write. Resolves to false when this process may
   * not write.
   */
  write(isForced: (target: string) => boolean, signal: AbortSignal): Promise<boolean> {
    // Queued, not dropped: a forced write behind a periodic one has newer states.
    const write = this.idle().then(() => this.#write(isForced, signal));
    this.#lastWrite = write;
    return write;
  }

  async #write(isForced: (target: string) => boolean, signal: AbortSignal): Promise<boolean> {
    const { map, mayWrite } = this.#options;
    for (let tries = 1; ; tries++) {
      // Anew for each try: what a conflict has shown may be due now.
      const due = this.#due(isForced);
      if (due.length + this.#obsolete({}).length === 0) return true;
      // After all waiting: the lease may have gone meanwhile.
      if (!mayWrite()) return false;
      try {
        await this.#send(due, signal);
        return true;
      } catch (error) {
        const code = statusCode(error);
        // 409: somebody wrote, perhaps a leader before us. 404: the map was deleted, so it is made again with all states.
        if (tries === maxTries || (code !== 404 && code !== 409)) throw error;
        this.#take(code === 404 ? undefined : await map.read(signal));
      }
    }
  }

  async #send(due: readonly string[], signal: AbortSignal): Promise<void> {
    const { map, clock, codec } = this.#options;
    const at = clock.now();
    const written: [Entry, State, Stored][] = [];
    const texts: Record<string, string> = {};
    for (const target of due) {
      const entry = this.#entries.get(target);
      if (entry?.state === undefined) continue;
      const text = codec.encode(target, entry.state);
      texts[target] = text;
      written.push([entry, entry.state, { text, substance: this.#substance(entry), at }]);
    }
    const obsolete = this.#obsolete(texts);
    // In a merge patch null removes a key.
    const removed = Object.fromEntries(obsolete.map((key) => [key, null]));
    this.#version =
      this.#version === undefined
        ? await map.create(texts, signal)
        : await map.patch(this.#version, { ...removed, ...texts }, signal);
    this.#strangers = this.#strangers.filter(([key]) => !obsolete.includes(key));
    for (const [entry, state, stored] of written) {
      // Only after the answer: a write that failed has stored nothing for certain.
      entry.stored = stored;
      // A tick may have saved a newer one meanwhile.
      if (entry.state === state) entry.pending = false;
    }
  }

  /** Keys to remove when `texts` are written. */
  #obsolete(texts: Readonly<Record<string, string>>): string[] {
    const keys = this.#strangers.map(([key]) => key);
    const obsolete = keys.filter(this.#options.isObsolete);
    if (obsolete.length === keys.length) return keys;
    const stay = [...this.#entries].map(([target, { stored }]) => texts[target] ?? stored?.text ?? "");
    for (const [key, text] of this.#strangers) if (!obsolete.includes(key)) stay.push(text);
    // Full maps that exchange their states would wait for each other for ever; the states are in memory.
    return stay.reduce((bytes, text) => bytes + Buffer.byteLength(text), 0) > maxBytes ? keys : obsolete;
  }

  #due(isForced: (target: string) => boolean): string[] {
    const { restampSeconds } = this.#options;
    const select = (ageSeconds: number): string[] =>
      [...this.#entries]
        .filter(([target, entry]) => (entry.pending && isForced(target)) || this.#isDue(entry, ageSeconds))
        .map(([target]) => target);
    // Each write costs the whole map in etcd, so whatever would be due soon comes along.
    return select(restampSeconds).length > 0 ? select(restampSeconds / 2) : [];
  }

  #isDue(entry: Entry, ageSeconds: number): boolean {
    if (entry.state === undefined) return false;
    // Never stored, or changed by somebody else.
    if (entry.stored?.substance === undefined) return true;
    if (!entry.pending) return false;
    const age = this.#options.clock.now() - entry.stored.at;
    // Below 0: the clock was set back.
    return age >= ageSeconds || age < 0 || this.#substance(entry) !== entry.stored.substance;
  }

  #substance(entry: Entry): string | undefined {
    if (entry.state !== undefined) entry.substance ??= this.#options.codec.substance(entry.state);
    return entry.substance;
  }

  #decode(target: string, text: string, refused: RefusedState[]): void {
    const entry = this.#entries.get(target);
    const decoded = this.#options.codec.decode(target, text);
    if ("refused" in decoded) refused.push({ target, cause: decoded.refused });
    else if (entry !== undefined) {
      entry.state = decoded.state;
      if (entry.stored !== undefined) entry.stored = { ...entry.stored, substance: this.#substance(entry) };
    }
  }

  /** Takes note of what the API server has; what differs from our last write is no longer taken for stored. */
  #take(content: ConfigMapContent | undefined): void {
    this.#version = content?.resourceVersion;
    const data = content?.data ?? {};
    this.#strangers = Object.entries(data).filter(([key]) => !this.#entries.has(key));
    for (const [target, entry] of this.#entries) {
      const text = Object.hasOwn(data, target) ? data[target] : undefined;
      // The same text as we wrote: its age and substance are still known.
      if (text === entry.stored?.text) continue;
      // How old it is nobody says, so it is replaced with the first save.
      entry.stored = text === undefined ? undefined : { text, substance: undefined, at: -Infinity };
    }
  }
}

/** What a failed read or write of a map looks like in a log. */
export function describeMapError(map: StateMap, verb: "read" | "write", error: unknown): string {
  return `${verb} ConfigMap ${map.name}: ${describeApiError(error)}`;
}
