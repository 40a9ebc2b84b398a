import assert from "node:assert/strict";
import { LoadTimeoutError, NotAValueError } from "../../../../runtime/src/cache/index.ts";
import { FakeClock, FakeStore } from "../support/fakeStore.ts";
import { FakeProcess } from "../support/fakeProcess.ts";

describe("a read of the cache", () => {
  let clock: FakeClock;
  let store: FakeStore;
  let process: FakeProcess;
  let loads: number;
  const value = (result: unknown) => () => {
    loads++;
    return Promise.resolve(result);
  };
  const fails = (): Promise<never> => Promise.reject(new Error("the source is down"));

  beforeEach(() => {
    clock = new FakeClock();
    store = new FakeStore(clock);
    process = new FakeProcess(store, clock);
    loads = 0;
  });

  for (const one of [0, "", false, null])
    it(`keeps ${JSON.stringify(one)} as a value`, async () => {
      assert.equal(await process.getOrLoad("key", value(one)), one);
      assert.equal(await process.getOrLoad("key", value("another")), one, "from memory");
      process.memory.clear();
      assert.equal(await process.getOrLoad("key", value("another")), one, "from the store");
      assert.equal(loads, 1);
    });

  for (const [what, one] of [
    ["undefined", undefined],
    ["a function", () => 1],
    ["a bigint", 1n],
  ] as const)
    it(`refuses ${what} and says which key it was`, async () => {
      await assert.rejects(process.getOrLoad("key", value(one)), (error: Error) => {
        assert.ok(error instanceof NotAValueError);
        assert.match(error.message, /the value of "key"/);
        return true;
      });
      assert.equal(store.leases.size, 0);
    });

  it("hands out what nobody can change, and leaves the source's object alone", async () => {
    const original = { list: [{ deep: 1 }] };
    const first = (await process.getOrLoad("key", value(original))) as typeof original;
    assert.throws(() => first.list.push({ deep: 2 }), TypeError);
    assert.throws(() => (first.list[0]!.deep = 2), TypeError);
    original.list[0]!.deep = 3;
    assert.deepEqual(await process.getOrLoad("key", value(0)), { list: [{ deep: 1 }] });
  });

  it("loads once for all who ask at the same time", async () => {
    const gate = Promise.withResolvers<number>();
    const load = (): Promise<number> => {
      loads++;
      return gate.promise;
    };
    const all = Promise.all(Array.from({ length: 1000 }, () => process.getOrLoad("key", load)));
    gate.resolve(7);
    assert.deepEqual(new Set(await all), new Set([7]));
    assert.equal(loads, 1);
  });

  it("lets nobody store what was loaded before an invalidation", async () => {
    const gate = Promise.withResolvers<string>();
    const started = Promise.withResolvers<undefined>();
    const old = process.getOrLoad("key", () => {
      started.resolve(undefined);
      return gate.promise;
    });
    await started.promise;
    await process.invalidate({ keys: ["key"], tags: [] });
    gate.resolve("old");
    assert.equal(await old, "old", "who asked before may get it");
    assert.equal(store.values.size, 0);
    assert.equal(await process.getOrLoad("key", value("new")), "new");
  });

  it("lets nobody use what was loaded before an invalidation of its tag", async () => {
    const gate = Promise.withResolvers<string>();
    const started = Promise.withResolvers<undefined>();
    const load = (): Promise<string> => {
      started.resolve(undefined);
      return gate.promise;
    };
    const old = process.getOrLoad("key", load, { tags: ["tag"] });
    await started.promise;
    await process.invalidate({ keys: [], tags: ["tag"] });
    gate.resolve("old");
    await old;
    assert.equal(await process.getOrLoad("key", value("new"), { tags: ["tag"] }), "new");
  });

  describe("of a value in memory", () => {
    for (const { what, ttlMs, aged, after, expected } of [
      { what: "within a minute", ttlMs: 600_000, aged: 0, after: 59_000, expected: 1 },
      { what: "beyond a minute", ttlMs: 600_000, aged: 0, after: 61_000, expected: 2 },
      { what: "beyond its own time", ttlMs: 5000, aged: 0, after: 5001, expected: 2 },
      { what: "beyond what was left in Redis", ttlMs: 100_000, aged: 90_000, after: 10_001, expected: 2 },
      { what: "within what was left in Redis", ttlMs: 100_000, aged: 90_000, after: 9000, expected: 1 },
    ])
      it(`is answered, or not, ${what}`, async () => {
        await new FakeProcess(store, clock).getOrLoad("key", value(1), { ttlMs });
        clock.time += aged;
        await process.getOrLoad("key", value(0));
        // What the store has is another matter.
        store.drop(["key"], []);
        clock.time += after;
        assert.equal(await process.getOrLoad("key", value(2)), expected);
      });

    for (const { what, heard, after, expected } of [
      { what: "a second old without word from Redis", heard: false, after: 1000, expected: 1 },
      { what: "older without word from Redis", heard: false, after: 1001, expected: 2 },
      { what: "older with word from Redis", heard: true, after: 30_000, expected: 1 },
    ])
      it(`is answered, or not, when ${what}`, async () => {
        await process.getOrLoad("key", value(1));
        if (!heard) process.freshness.heardUntil = -Infinity;
        store.drop(["key"], []);
        clock.time += after;
        assert.equal(await process.getOrLoad("key", value(2)), expected);
      });

    it("is not answered after a gap in which an invalidation may have been lost", async () => {
      await process.getOrLoad("key", value(1));
      process.freshness.generation++;
      store.drop(["key"], []);
      clock.time += 1001;
      assert.equal(await process.getOrLoad("key", value(2)), 2);
    });
  });

  it("takes up to a tenth of the time to live away by chance", async () => {
    for (const [random, left] of [
      [0, 100_000],
      [1, 90_000],
    ] as const) {
      await new FakeProcess(store, clock, { random: () => random }).getOrLoad(`${random}`, value(1), {
        ttlMs: 100_000,
      });
      assert.equal(store.values.get(`${random}`)!.until - clock.time, left);
    }
  });

  describe("when the source fails", () => {
    const graceful = { ttlMs: 1000, graceMs: 5000 };

    it("answers the stale value within its grace, and asks again after a second", async () => {
      await process.getOrLoad("key", value("stale"), graceful);
      clock.time += 2000;
      assert.equal(await process.getOrLoad("key", fails, graceful), "stale");
      assert.equal(await process.getOrLoad("key", value("new"), graceful), "stale", "for a second");
      clock.time += 1001;
      assert.equal(await process.getOrLoad("key", value("new"), graceful), "new");
    });

    const slowly = (): Promise<never> =>
      new Promise((_, reject) => {
        setImmediate(() => {
          // Longer than a stale value is kept.
          clock.time += 5000;
          reject(new Error("the source is slow"));
        });
      });

    it("answers the stale value for a second after a load that failed slowly", async () => {
      await process.getOrLoad("key", value("stale"), graceful);
      clock.time += 2000;
      assert.equal(await process.getOrLoad("key", slowly, graceful), "stale");
      clock.time += 900;
      assert.equal(await process.getOrLoad("key", value("new"), graceful), "stale", "for a second");
      clock.time += 101;
      assert.equal(await process.getOrLoad("key", value("new"), graceful), "new");
    });

    it("keeps no stale value that was read before a gap", async () => {
      await process.getOrLoad("key", value("stale"), graceful);
      clock.time += 2000;
      const load = (): Promise<never> => (process.freshness.generation++, slowly());
      assert.equal(await process.getOrLoad("key", load, graceful), "stale");
      assert.equal(await process.getOrLoad("key", value("new"), graceful), "new");
    });

    it("answers the stale value when another process loads for too long and the source fails here too", async () => {
      await process.getOrLoad("key", value("stale"), { ...graceful, graceMs: 60_000 });
      clock.time += 2000;
      store.leases.set("key", "of another process");
      assert.equal(await process.getOrLoad("key", fails, { ...graceful, graceMs: 60_000 }), "stale");
    });

    it("answers the stale value when Redis fails after it was read", async () => {
      await process.getOrLoad("key", value("stale"), graceful);
      clock.time += 2000;
      store.before = (operation) => {
        if (operation === "acquire") throw new Error("no answer");
      };
      assert.equal(await process.getOrLoad("key", fails, graceful), "stale");
    });

    it("fails when the value went while another process was loading", async () => {
      await process.getOrLoad("key", value("stale"), { ...graceful, graceMs: 60_000 });
      clock.time += 2000;
      store.leases.set("key", "of another process");
      let reads = 0;
      store.before = (operation) => {
        if (operation === "read" && ++reads === 3) store.values.clear();
      };
      await assert.rejects(process.getOrLoad("key", fails, { ...graceful, graceMs: 60_000 }), /the source is down/);
    });

    for (const { what, wait, options, spoil } of [
      { what: "without grace", wait: 2000, options: { ttlMs: 1000 }, spoil: () => undefined },
      { what: "beyond its grace", wait: 6001, options: graceful, spoil: () => undefined },
      {
        what: "after an invalidation",
        wait: 2000,
        options: graceful,
        spoil: () => {
          store.drop(["key"], []);
        },
      },
      {
        what: "after one of its tag",
        wait: 2000,
        options: { ...graceful, tags: ["tag"] },
        spoil: () => {
          store.drop([], ["tag"]);
        },
      },
      {
        what: "while in doubt",
        wait: 2000,
        options: graceful,
        spoil: () => {
          store.doubtful = true;
        },
      },
    ])
      it(`fails ${what}`, async () => {
        await process.getOrLoad("key", value("stale"), options);
        clock.time += wait;
        spoil();
        await assert.rejects(process.getOrLoad("key", fails, options), /the source is down/);
        assert.equal(store.leases.size, 0, "the next one may load at once");
      });
  });

  it("does not answer what is in doubt, but what replaces it", async () => {
    await process.getOrLoad("key", value(1));
    process.memory.clear();
    store.doubtful = true;
    assert.equal(await process.getOrLoad("key", value(2)), 2);
    process.memory.clear();
    assert.equal(await process.getOrLoad("key", value(3)), 3, "another flight cannot know it");
  });

  for (const operation of ["read", "acquire", "fill", "tagVersions"])
    it(`goes on without Redis when ${operation} fails`, async () => {
      store.before = (one) => {
        if (one === operation) throw new Error("no answer");
      };
      assert.equal(await process.getOrLoad("key", value(1), { tags: ["tag"] }), 1);
      assert.equal(store.values.size, 0);
      assert.equal(await process.getOrLoad("key", value(2), { tags: ["tag"] }), 1, "for a second");
      clock.time += 1001;
      assert.equal(await process.getOrLoad("key", value(2), { tags: ["tag"] }), 2);
    });

  describe("with a signal", () => {
    const untilAborted = (signal: AbortSignal): Promise<never> =>
      new Promise((_, reject) => {
        signal.addEventListener("abort", () => {
          reject(signal.reason as Error);
        });
      });

    it("ends for the one who aborts, and goes on for the others", async () => {
      const gate = Promise.withResolvers<number>();
      const given = Promise.withResolvers<AbortSignal>();
      const load = (signal: AbortSignal): Promise<number> => {
        given.resolve(signal);
        return gate.promise;
      };
      const controller = new AbortController();
      const leaving = process.getOrLoad("key", load, { signal: controller.signal });
      const staying = process.getOrLoad("key", load);
      const signal = await given.promise;
      controller.abort(new Error("enough"));
      await assert.rejects(leaving, /enough/);
      assert.equal(signal.aborted, false);
      gate.resolve(1);
      assert.equal(await staying, 1);
    });

    it("aborts the load when nobody waits any more, and frees the lease", async () => {
      const given = Promise.withResolvers<AbortSignal>();
      const controller = new AbortController();
      const leaving = process.getOrLoad("key", (signal) => (given.resolve(signal), untilAborted(signal)), {
        signal: controller.signal,
      });
      const signal = await given.promise;
      controller.abort(new Error("enough"));
      await assert.rejects(leaving, /enough/);
      assert.equal(signal.aborted, true);
      assert.equal(await process.getOrLoad("key", value(2)), 2);
    });

    it("fails when the load takes too long, even one that does not heed it", async () => {
      const impatient = new FakeProcess(store, clock, { loadTimeoutMs: 20 });
      await assert.rejects(
        impatient.getOrLoad("key", () => new Promise(() => undefined)),
        LoadTimeoutError,
      );
      assert.equal(store.leases.size, 0);
    });
  });
});
