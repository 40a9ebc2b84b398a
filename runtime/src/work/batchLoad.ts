import DataLoader from "dataloader";
import { untilAborted } from "./abort.ts";
import { checkWhole } from "./bounds.ts";

/**
 * Loads many keys by one call. `keys` are distinct and at most `batchSize`. Answers by a map, where an absent key has no
 * value, or by an array in the order of the keys; an Error in either is the error of that key alone.
 */
export type LoadBatch<Key, Value> = (
  keys: readonly Key[],
  signal: AbortSignal,
) => Promise<ReadonlyMap<Key, Value | Error> | readonly (Value | Error | undefined)[]>;

export interface BatchOptions {
  /** Keys of one call at most, 1 to 10000; 100 when absent. */
  readonly batchSize?: number;
  /** Ends the loader: what is pending rejects with the reason, and so does each later load. */
  readonly signal?: AbortSignal;
  /** Keeps values as long as the loader lives; off when absent: it is for a loader that lives as long as one request. */
  readonly cache?: boolean;
}

export interface BatchLoader<Key, Value> {
  /** Undefined where the batch has no such key. Rejects with the key's own error, or with the error of its batch. */
  load(key: Key): Promise<Value | undefined>;
  /** In the order of the keys. Rejects with the first error; whoever wants the others' values calls `load` for each. */
  loadMany(keys: Iterable<Key>): Promise<(Value | undefined)[]>;
}

/**
 * Turns single loads of one turn of the event loop into few calls. Keys are the same when a Map takes them for the same:
 * texts and numbers by value, objects by identity. Throws a RangeError on a bad option.
 */
export function batchLoad<Key, Value>(
  load: LoadBatch<Key, Value>,
  options: BatchOptions = {},
): BatchLoader<Key, Value> {
  const { batchSize = 100, signal = new AbortController().signal, cache = false } = options;
  checkWhole("batchLoad", { name: "batchSize", value: batchSize, lowest: 1, highest: 10_000 });

  const loader: DataLoader<Key, Value | undefined> = new DataLoader(
    async (keys) => {
      // Remembered up to here, so that a batch asks for a key once, and no longer: a later load asks again.
      if (!cache) loader.clearAll();
      signal.throwIfAborted();
      return inOrder(keys, await untilAborted(load(keys, signal), signal));
    },
    { maxBatchSize: batchSize },
  );

  const loadOne = async (key: Key): Promise<Value | undefined> => {
    signal.throwIfAborted();
    try {
      return await loader.load(key);
    } catch (error) {
      // A failure is no value: the next load tries again.
      if (cache && key !== undefined && key !== null) loader.clear(key);
      throw error;
    }
  };
  return { load: loadOne, loadMany: (keys) => Promise.all(Array.from(keys, loadOne)) };
}

function inOrder<Key, Value>(
  keys: readonly Key[],
  answer: Awaited<ReturnType<LoadBatch<Key, Value>>>,
): readonly (Value | Error | undefined)[] {
  if (answer instanceof Map) return keys.map((key) => (answer as ReadonlyMap<Key, Value | Error>).get(key));
  // A shorter answer would give keys the values of others.
  if (!Array.isArray(answer) || answer.length !== keys.length) {
    const found = Array.isArray(answer) ? `an array of ${answer.length}` : typeof answer;
    throw new TypeError(`batchLoad: the batch of ${keys.length} keys must answer with as many values, not ${found}`);
  }
  return answer as readonly (Value | Error | undefined)[];
}
