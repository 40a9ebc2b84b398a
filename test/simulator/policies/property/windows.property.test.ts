import assert from "node:assert/strict";
import fc from "fast-check";
import { CounterWindow } from "../../../../simulator/policies/counterWindow.ts";
import { SlidingMax } from "../../../../simulator/policies/slidingMax.ts";

const steps = fc.array(fc.record({ gap: fc.integer({ min: 1, max: 30 }), value: fc.integer({ min: 0, max: 50 }) }), {
  minLength: 1,
  maxLength: 600,
});

describe("windows", () => {
  it("tell the same highest value as all values together would", () => {
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 200 }), (values, seconds) => {
        const highest = new SlidingMax(seconds);
        const all: { at: number; value: number }[] = [];
        let at = 0;
        for (const { gap, value } of values) {
          at += gap;
          all.push({ at, value });
          const young = all.filter((one) => at - one.at < seconds).map((one) => one.value);
          assert.equal(highest.add(at, value), Math.max(...young));
        }
      }),
    );
  });

  it("tell the same growth as all readings together would", () => {
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 200 }), (values, seconds) => {
        const window = new CounterWindow(seconds);
        const all: { at: number; total: number }[] = [];
        let [at, total] = [0, 0];
        for (const { gap, value } of values) {
          at += gap;
          total += value;
          all.push({ at, total });
          window.add(at, total);
        }
        assert.ok(Math.abs((window.rate ?? -1) - (growth(all, seconds) ?? -1)) < 1e-9);
      }),
    );
  });
});

/** By the definition: the counter is a line from reading to reading. */
function growth(all: { at: number; total: number }[], seconds: number): number | undefined {
  const [first, last] = [all[0]!, all.at(-1)!];
  if (all.length < 2) return undefined;
  const from = Math.max(first.at, last.at - seconds);
  const after = all.find(({ at }) => at > from)!;
  const before = all.findLast(({ at }) => at <= from)!;
  const share = (from - before.at) / (after.at - before.at);
  return (last.total - before.total - share * (after.total - before.total)) / (last.at - from);
}
