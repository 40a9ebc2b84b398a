import assert from "node:assert/strict";
import { setImmediate as turn } from "node:timers/promises";
import fc from "fast-check";
import { mapParallel } from "../../../../runtime/src/work/index.ts";

/** What the work on one item does: so many turns of the event loop, then the end. */
interface Step {
  readonly turns: number;
  readonly fails: boolean;
}

const steps = (failing: number): fc.Arbitrary<Step[]> =>
  fc.array(
    fc.record({
      turns: fc.nat({ max: 5 }),
      fails: fc.nat({ max: 99 }).map((share) => share < failing),
    }),
    { maxLength: 40 },
  );

const runs = { numRuns: 100 };

async function* streamed<Item>(items: readonly Item[], state: { open: number }): AsyncGenerator<Item> {
  state.open++;
  try {
    for (const item of items) {
      await turn();
      yield item;
    }
  } finally {
    await turn();
    state.open--;
  }
}

describe("mapParallel, for all inputs", function () {
  this.timeout(120_000);

  it("gives what a plain map gives, and never has more running than it may", () =>
    fc.assert(
      fc.asyncProperty(steps(0), fc.integer({ min: 1, max: 12 }), fc.boolean(), async (items, concurrency, stream) => {
        let running = 0;
        let most = 0;
        const work = async ({ turns }: Step, { index }: { index: number }): Promise<string> => {
          most = Math.max(most, ++running);
          for (let count = 0; count < turns; count++) await turn();
          running--;
          return `${index}: ${turns}`;
        };
        const input = stream ? streamed(items, { open: 0 }) : items;
        assert.deepEqual(
          await mapParallel(input, work, { concurrency }),
          items.map(({ turns }, index) => `${index}: ${turns}`),
        );
        assert.ok(most <= concurrency, `${most} of ${concurrency}`);
        // From an array all of them start at once, so the bound is also reached.
        if (!stream && items.every(({ turns }) => turns > 0)) assert.equal(most, Math.min(concurrency, items.length));
      }),
      runs,
    ));

  it("leaves nothing running after it has settled, whatever fails and whenever it is aborted", () =>
    fc.assert(
      fc.asyncProperty(
        steps(10),
        fc.integer({ min: 1, max: 12 }),
        fc.option(fc.nat({ max: 30 })),
        fc.boolean(),
        async (items, concurrency, abortAfter, stream) => {
          const state = { open: 0, running: 0, settled: false, late: 0 };
          const stop = new AbortController();
          const work = async ({ turns, fails }: Step): Promise<void> => {
            if (state.settled) state.late++;
            state.running++;
            for (let count = 0; count < turns; count++) await turn();
            state.running--;
            if (fails) throw new Error("failed");
          };
          const input = stream ? streamed(items, state) : items;
          const result = mapParallel(input, work, { concurrency, signal: stop.signal }).then(
            () => "done",
            () => "rejected",
          );
          const aborting = (async () => {
            for (let count = 0; abortAfter !== null && count < abortAfter; count++) await turn();
            if (abortAfter !== null) stop.abort();
          })();
          const outcome = await result;
          state.settled = true;
          assert.deepEqual([state.running, state.open], [0, 0]);
          if (outcome === "done") assert.ok(items.every(({ fails }) => !fails));
          await aborting;
          for (let count = 0; count < 10; count++) await turn();
          assert.deepEqual([state.running, state.open, state.late], [0, 0, 0]);
        },
      ),
      runs,
    ));
});
