import pMap from "p-map";
import { reasonOf } from "./abort.ts";
import { checkWhole } from "./bounds.ts";
import { closable } from "./closable.ts";

export interface ParallelOptions {
  /** So many at once, 1 to 1000; 10 when absent. */
  readonly concurrency?: number;
  /** Rejects with its reason, once everything that ran has settled. */
  readonly signal?: AbortSignal;
}

export interface WorkContext {
  /** Place of the item in the input, from 0. */
  readonly index: number;
  /** Aborts with the caller's signal, and when the work on another item failed. */
  readonly signal: AbortSignal;
}

/**
 * Does the work on all items, `concurrency` of them running at any time: a new one begins as soon as one ends. Results
 * are in the order of the items; of a stream no more is read than is worked on. Rejects with the first error, takes no
 * further item then, aborts the others' signal and waits for them and for the source to close: nothing goes on behind
 * the caller's back. So work that ignores its signal delays the error. Rejects with a RangeError on a bad option.
 */
export async function mapParallel<Item, Result>(
  items: Iterable<Item> | AsyncIterable<Item>,
  work: (item: Item, context: WorkContext) => Promise<Result>,
  options: ParallelOptions = {},
): Promise<Result[]> {
  const { concurrency = 10, signal } = options;
  checkWhole("mapParallel", { name: "concurrency", value: concurrency, lowest: 1, highest: 1000 });
  const stop = new AbortController();
  const forward = (): void => {
    if (signal !== undefined) stop.abort(reasonOf(signal));
  };
  if (signal?.aborted === true) forward();
  signal?.addEventListener("abort", forward, { once: true });

  const running = new Set<Promise<Result>>();
  const source = closable(items);
  const start = async (item: Item, index: number): Promise<Result> => {
    const task = work(item, { index, signal: stop.signal });
    running.add(task);
    try {
      return await task;
    } finally {
      running.delete(task);
    }
  };
  try {
    return await pMap(source, start, { concurrency, signal: stop.signal });
  } catch (error) {
    stop.abort(error);
    await Promise.allSettled(running);
    // The library closes the source too, but does not wait for it: a stream would still hold its connection.
    await source.closed();
    throw error;
  } finally {
    signal?.removeEventListener("abort", forward);
  }
}
