import assert from "node:assert/strict";
import { setImmediate as turn } from "node:timers/promises";
import { mapParallel } from "../../../../runtime/src/work/index.ts";

/** Work that ends when the test says so. */
function held() {
  const started: number[] = [];
  const ends = new Map<number, PromiseWithResolvers<number>>();
  const work = (item: number): Promise<number> => {
    started.push(item);
    const end = Promise.withResolvers<number>();
    ends.set(item, end);
    return end.promise;
  };
  const end = async (item: number): Promise<void> => {
    ends.get(item)!.resolve(item * 2);
    await turn();
  };
  return {
    started,
    work,
    end,
    fail: (item: number, error: Error) => {
      ends.get(item)!.reject(error);
    },
  };
}

/** Numbers from 0, how many were taken, and whether the source was closed. */
function stream(count: number) {
  const state = { taken: 0, closed: false };
  async function* items(): AsyncGenerator<number> {
    try {
      for (let item = 0; item < count; item++) {
        state.taken++;
        yield await Promise.resolve(item);
      }
    } finally {
      // Closing takes its time, as of a connection.
      await turn();
      state.closed = true;
    }
  }
  return { state, items: items() };
}

describe("mapParallel", () => {
  it("keeps ten running, not ten at a time", async () => {
    const { started, work, end } = held();
    const items = Array.from({ length: 12 }, (_, index) => index);
    const result = mapParallel(items, work);
    await turn();
    assert.equal(started.length, 10);
    await end(5);
    assert.deepEqual(started.slice(10), [10]);
    await end(0);
    assert.deepEqual(started.slice(10), [10, 11]);
    for (const item of [11, 10, 9, 8, 7, 6, 4, 3, 2, 1]) await end(item);
    assert.deepEqual(
      await result,
      items.map((item) => item * 2),
    );
  });

  const inputs = [
    { name: "an array", items: [1, 2, 3] },
    { name: "a set", items: new Set([1, 2, 3]) },
    { name: "nothing", items: [] },
  ];
  for (const { name, items } of inputs) {
    it(`takes ${name}`, async () => {
      const found = await mapParallel(items as Iterable<number>, (item, { index }) => Promise.resolve([index, item]));
      assert.deepEqual(
        found,
        [...items].map((item, index) => [index, item]),
      );
    });
  }

  it("reads no more of a stream than it works on", async () => {
    const { work, end } = held();
    const { state, items } = stream(5);
    const result = mapParallel(items, work, { concurrency: 2 });
    await turn();
    assert.equal(state.taken, 2);
    await end(0);
    assert.equal(state.taken, 3);
    for (const item of [1, 2, 3, 4]) await end(item);
    assert.deepEqual(await result, [0, 2, 4, 6, 8]);
    assert.ok(state.closed);
  });

  it("after an error takes no more, aborts the others, and waits for them and for the source", async () => {
    const { started, work, fail, end } = held();
    const { state, items } = stream(10);
    const signals: AbortSignal[] = [];
    let settled = false;
    const result = mapParallel(
      items,
      (item, { signal }) => {
        signals.push(signal);
        return work(item);
      },
      { concurrency: 3 },
    ).finally(() => (settled = true));
    const rejected = assert.rejects(result, /first/);
    await turn();
    fail(1, new Error("first"));
    await turn();
    assert.ok(signals.every(({ aborted }) => aborted));
    assert.equal(settled, false);
    await end(0);
    fail(2, new Error("second"));
    await rejected;
    assert.deepEqual(started, [0, 1, 2]);
    assert.ok(state.closed);
  });

  it("rejects with the signal's reason once what ran has settled", async () => {
    const stop = new AbortController();
    const reason = new Error("client left");
    const { started, work, end } = held();
    let settled = false;
    const result = mapParallel([1, 2, 3, 4], work, { concurrency: 2, signal: stop.signal }).finally(
      () => (settled = true),
    );
    const rejected = assert.rejects(result, reason);
    await turn();
    stop.abort(reason);
    await turn();
    assert.equal(settled, false);
    await end(1);
    await end(2);
    await rejected;
    assert.deepEqual(started, [1, 2]);
  });

  it("starts nothing when the signal has aborted before", async () => {
    const { started, work } = held();
    await assert.rejects(mapParallel([1], work, { signal: AbortSignal.abort() }), { name: "AbortError" });
    assert.deepEqual(started, []);
  });

  it("rejects with the error of the source", async () => {
    const broken = {
      [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error("source")) }),
    };
    await assert.rejects(
      mapParallel(broken, () => Promise.resolve(1)),
      /source/,
    );
  });

  it("takes an error thrown by the work as one of its promise", async () => {
    const work = (): Promise<number> => {
      throw new Error("thrown");
    };
    await assert.rejects(mapParallel([1], work), /thrown/);
  });

  for (const concurrency of [0, 2.5, -3, Infinity, 1001]) {
    it(`refuses a concurrency of ${concurrency}`, async () => {
      await assert.rejects(
        mapParallel([1], () => Promise.resolve(1), { concurrency }),
        {
          name: "RangeError",
          message: `mapParallel: concurrency must be a whole number from 1 to 1000, not ${concurrency}`,
        },
      );
    });
  }
});
