import assert from "node:assert/strict";
import { batchLoad, type BatchOptions } from "../../../../runtime/src/work/index.ts";

const double = (key: number): number => key * 2;

/** A loader that doubles, and the batches it was asked for. */
function recording(options?: BatchOptions) {
  const batches: (readonly number[])[] = [];
  const loader = batchLoad<number, number>((keys) => {
    batches.push(keys);
    return Promise.resolve(keys.map(double));
  }, options);
  return { loader, batches };
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

describe("batchLoad", () => {
  const sizes = [
    { name: "one call for the loads of one turn", keys: 100, options: {}, batches: [100] },
    { name: "a hundred keys at most", keys: 250, options: {}, batches: [100, 100, 50] },
    { name: "as many keys as it is told", keys: 5, options: { batchSize: 2 }, batches: [2, 2, 1] },
  ];
  for (const { name, keys, options, batches } of sizes) {
    it(`makes ${name}`, async () => {
      const found = recording(options);
      assert.deepEqual(await Promise.all(upTo(keys).map((key) => found.loader.load(key))), upTo(keys).map(double));
      assert.deepEqual(
        found.batches.map(({ length }) => length),
        batches,
      );
    });
  }

  it("asks for a key once in a batch, and answers each that asked", async () => {
    const { loader, batches } = recording();
    assert.deepEqual(await loader.loadMany([1, 2, 1, 1]), [2, 4, 2, 2]);
    assert.deepEqual(batches, [[1, 2]]);
  });

  const memories = [
    { name: "asks again in a later turn", options: {}, batches: [[1], [1]] },
    { name: "remembers a value when told to", options: { cache: true }, batches: [[1]] },
  ];
  for (const { name, options, batches: expected } of memories) {
    it(name, async () => {
      const { loader, batches } = recording(options);
      assert.deepEqual([await loader.load(1), await loader.load(1)], [2, 2]);
      assert.deepEqual(batches, expected);
    });
  }

  const answers = [
    { name: "a map", answer: new Map([[2, "two"], [1, "one"]]) }, // prettier-ignore
    { name: "an array in order", answer: ["one", "two", undefined] },
  ];
  for (const { name, answer } of answers) {
    it(`takes ${name}, and undefined for a key without a value`, async () => {
      const loader = batchLoad<number, string>(() => Promise.resolve(answer as string[]));
      assert.deepEqual(await loader.loadMany([1, 2, 3]), ["one", "two", undefined]);
    });
  }

  const errors = [
    { name: "of a map", answer: (bad: Error) => new Map<number, string | Error>([[1, "one"], [2, bad]]) }, // prettier-ignore
    { name: "of an array", answer: (bad: Error) => ["one", bad] },
  ];
  for (const { name, answer } of errors) {
    it(`gives the error ${name} to its own key alone`, async () => {
      const bad = new Error("bad");
      const loader = batchLoad<number, string>(() => Promise.resolve(answer(bad)));
      const found = await Promise.allSettled([loader.load(1), loader.load(2)]);
      assert.deepEqual(found, [
        { status: "fulfilled", value: "one" },
        { status: "rejected", reason: bad },
      ]);
    });
  }

  it("rejects loadMany with the error of a key", async () => {
    const loader = batchLoad<number, string>(() => Promise.resolve(["one", new Error("bad")]));
    await assert.rejects(loader.loadMany([1, 2]), /bad/);
  });

  const failures = [
    { name: "rejects", load: () => Promise.reject(new Error("down")), message: /down/ },
    {
      name: "throws",
      load: () => {
        throw new Error("down");
      },
      message: /down/,
    },
    {
      name: "answers with too few values",
      load: () => Promise.resolve([1]),
      message: /the batch of 2 keys must answer with as many values, not an array of 1/,
    },
    {
      name: "answers with something else",
      load: () => Promise.resolve({} as number[]),
      message: /as many values, not object/,
    },
  ];
  for (const { name, load, message } of failures) {
    it(`gives the error of a batch that ${name} to each of its callers`, async () => {
      const loader = batchLoad<number, number>(load);
      const calls = [loader.load(1), loader.load(2), loader.load(1)];
      for (const call of calls) await assert.rejects(call, message);
    });
  }

  it("does not remember an error", async () => {
    let calls = 0;
    const load = (): Promise<(number | Error)[]> => Promise.resolve([++calls === 1 ? new Error("bad") : 7]);
    const loader = batchLoad<number, number>(load, { cache: true });
    await assert.rejects(loader.load(1), /bad/);
    assert.equal(await loader.load(1), 7);
  });

  it("hands the signal to the batch that runs and rejects what is pending when it aborts", async () => {
    const stop = new AbortController();
    const reason = new Error("client left");
    const started = Promise.withResolvers<AbortSignal>();
    const loader = batchLoad<number, number>(
      (_, signal) => {
        started.resolve(signal);
        return new Promise(() => undefined);
      },
      { signal: stop.signal },
    );
    const call = loader.load(1);
    const signal = await started.promise;
    const queued = loader.load(2);
    stop.abort(reason);
    await assert.rejects(call, reason);
    await assert.rejects(queued, reason);
    await assert.rejects(loader.load(3), reason);
    assert.ok(signal.aborted);
  });

  it("starts no batch after an abort", async () => {
    const stop = new AbortController();
    const { loader, batches } = recording({ signal: stop.signal });
    const call = loader.load(1);
    stop.abort();
    await assert.rejects(call, { name: "AbortError" });
    assert.deepEqual(batches, []);
  });

  for (const batchSize of [0, 1.5, -1, NaN, 10_001]) {
    it(`refuses a batchSize of ${batchSize}`, () => {
      assert.throws(() => recording({ batchSize }), {
        name: "RangeError",
        message: `batchLoad: batchSize must be a whole number from 1 to 10000, not ${batchSize}`,
      });
    });
  }
});
