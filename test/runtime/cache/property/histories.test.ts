import assert from "node:assert/strict";
import fc from "fast-check";
import { FakeClock, FakeStore } from "../support/fakeStore.ts";
import { FakeProcess } from "../support/fakeProcess.ts";

const processes = 2;
const keys = ["a", "b"] as const;
/** Both keys bear it. */
const tag = "both";

const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      op: fc.constant("read" as const),
      by: fc.nat(processes - 1),
      key: fc.constantFrom(...keys),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      op: fc.constant("changeKey" as const),
      by: fc.nat(processes - 1),
      key: fc.constantFrom(...keys),
    }),
  },
  { weight: 1, arbitrary: fc.record({ op: fc.constant("changeTag" as const), by: fc.nat(processes - 1) }) },
  {
    weight: 1,
    arbitrary: fc.record({ op: fc.constant("pass" as const), milliseconds: fc.constantFrom(10, 900, 70_000) }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** Two processes over one store, all their steps in an order that the scheduler picks. */
async function play(scheduler: fc.Scheduler, steps: readonly Step[], failures: readonly boolean[]): Promise<void> {
  const clock = new FakeClock();
  clock.sleep = async (milliseconds) => {
    clock.time += milliseconds;
    await scheduler.schedule(Promise.resolve(), "sleep");
  };
  const store = new FakeStore(clock);
  let operations = 0;
  store.before = async (operation) => {
    await scheduler.schedule(Promise.resolve(), operation);
    const mayFail = operation !== "invalidate" && operation !== "answer";
    if (mayFail && failures[operations++ % failures.length]) throw new Error("no answer");
  };
  const all = Array.from({ length: processes }, () => new FakeProcess(store, clock));
  const source = new Map<string, number>(keys.map((key) => [key, 1]));
  /** The newest version whose invalidation has finished. */
  const promised = new Map<string, number>(keys.map((key) => [key, 1]));

  const change = async (by: number, changed: readonly string[], dropped: { keys: string[]; tags: string[] }) => {
    for (const key of changed) source.set(key, source.get(key)! + 1);
    const versions = changed.map((key) => [key, source.get(key)!] as const);
    const others = all.filter((_, index) => index !== by);
    await all[by]!.invalidate(dropped, () => {
      for (const other of others) other.drop(dropped);
    });
    for (const [key, version] of versions) promised.set(key, Math.max(promised.get(key)!, version));
  };
  const read = async (by: number, key: string): Promise<void> => {
    const atLeast = promised.get(key)!;
    const load = async (): Promise<number> => {
      const version = source.get(key)!;
      await scheduler.schedule(Promise.resolve(), "load");
      return version;
    };
    const found = (await all[by]!.getOrLoad(key, load, { tags: [tag] })) as number;
    assert.ok(found >= atLeast, `process ${by} got version ${found} of ${key} after ${atLeast} was promised`);
  };
  const begin = (one: Step): Promise<void> | undefined => {
    if (one.op === "read") return read(one.by, one.key);
    if (one.op === "changeKey") return change(one.by, [one.key], { keys: [one.key], tags: [] });
    if (one.op === "changeTag") return change(one.by, keys, { keys: [], tags: [tag] });
    clock.time += one.milliseconds;
    return undefined;
  };

  const running: Promise<void>[] = [];
  for (const one of steps)
    await scheduler.schedule(Promise.resolve(), "begin").then(() => {
      const promise = begin(one);
      // Judged below; until then a failure must not end the process.
      promise?.catch(() => undefined);
      if (promise) running.push(promise);
    });
  await Promise.all(running);
  for (const { memory } of all) for (const key of keys) await checkMemory(memory.get(key), promised.get(key)!, key);
}

async function checkMemory(held: Promise<unknown> | undefined, atLeast: number, key: string): Promise<void> {
  if (held) assert.ok(((await held) as number) >= atLeast, `memory holds an old version of ${key}`);
}

describe("any history of reads and invalidations of two processes", function () {
  this.timeout(120_000);

  for (const [what, failures] of [
    ["while the store answers", fc.constant([false])],
    ["while the store fails now and then", fc.array(fc.boolean(), { minLength: 1, maxLength: 20 })],
  ] as const)
    it(`answers nothing older than the last finished invalidation ${what}`, async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.scheduler(),
          fc.array(step, { minLength: 2, maxLength: 14 }),
          failures,
          async (scheduler, steps, failing) => {
            await scheduler.waitFor(play(scheduler, steps, failing));
          },
        ),
        { numRuns: 400 },
      );
    });
});
