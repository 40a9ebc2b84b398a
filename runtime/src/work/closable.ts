/** A source of items whose end can be awaited. */
export interface Closable<Item> extends AsyncIterable<Item> {
  /** Resolves when the source has been closed and no read of it is under way. Never rejects. */
  closed(): Promise<void>;
}

/** Passes the items on and keeps account of reads and of the close. It is for one iteration. */
export function closable<Item>(items: Iterable<Item> | AsyncIterable<Item>): Closable<Item> {
  const iterator = Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
  const pending = new Set<Promise<unknown>>();
  const tracked = async <Value>(step: () => Value | PromiseLike<Value>): Promise<Value> => {
    const promise = Promise.resolve(step());
    pending.add(promise);
    try {
      return await promise;
    } finally {
      pending.delete(promise);
    }
  };
  const close = async (): Promise<IteratorResult<Item, undefined>> => {
    await tracked(() => iterator.return?.());
    return { done: true, value: undefined };
  };
  return {
    [Symbol.asyncIterator]: () => ({ next: () => tracked(() => iterator.next()), return: close }),
    async closed() {
      await Promise.allSettled(pending);
    },
  };
}
