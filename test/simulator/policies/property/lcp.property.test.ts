import assert from "node:assert/strict";
import fc from "fast-check";
import { WorkFunctions, type Costs } from "../../../../simulator/policies/workFunctions.ts";

const most = 6;
const demands = fc.array(fc.double({ min: 0, max: most, noNaN: true }), { minLength: 1, maxLength: 60 });
const costsOf = fc.record({
  seconds: fc.double({ min: 0.5, max: 10, noNaN: true }),
  price: fc.double({ min: 1.1, max: 50, noNaN: true }),
  start: fc.double({ min: 0, max: 60, noNaN: true }),
});

function costOfStep(from: number, to: number, demand: number, { seconds, price, start }: Costs): number {
  return start * Math.max(0, to - from) + seconds * (to + price * Math.max(0, demand - to));
}

/** Least cost of any schedule, by trying all ways from count to count. */
function optimum(demand: readonly number[], costs: Costs): number {
  const all = Array.from({ length: most + 1 }, (_, count) => count);
  let least = all.map((count) => (count === 0 ? 0 : Infinity));
  for (const one of demand)
    least = all.map((to) => Math.min(...all.map((from) => least[from]! + costOfStep(from, to, one, costs))));
  return Math.min(...least);
}

describe("lazy capacity provisioning", () => {
  it("costs at most three times the optimum", () => {
    fc.assert(
      fc.property(demands, costsOf, (demand, costs) => {
        const work = new WorkFunctions({ least: 0, most, initial: 0 }, costs);
        let [cost, from] = [0, 0];
        for (const one of demand) {
          const to = work.next(one);
          cost += costOfStep(from, to, one, costs);
          from = to;
        }
        assert.ok(cost <= 3 * optimum(demand, costs) + 1e-6, `${cost} for ${optimum(demand, costs)}`);
      }),
    );
  });

  it("has a lower bound that is never above the upper one", () => {
    fc.assert(
      fc.property(demands, costsOf, (demand, costs) => {
        const work = new WorkFunctions({ least: 0, most, initial: 0 }, costs);
        for (const one of demand) {
          work.next(one);
          const { lower, upper } = work.bounds;
          assert.ok(lower <= upper, `${lower} to ${upper}`);
        }
      }),
    );
  });
});
