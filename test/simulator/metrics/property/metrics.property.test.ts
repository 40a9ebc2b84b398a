import assert from "node:assert/strict";
import fc from "fast-check";
import { elasticity } from "../../../../simulator/metrics/elasticity.ts";
import { lateShareWith, serversFor } from "../../../../simulator/metrics/erlang.ts";
import type { Curve } from "../../../../simulator/model.ts";

const seconds = 50;

/** Changes at whole seconds, so that sums second by second are the integrals. */
const curve: fc.Arbitrary<Curve> = fc
  .tuple(fc.nat(9), fc.array(fc.tuple(fc.integer({ min: 1, max: 60 }), fc.nat(9)), { maxLength: 12 }))
  .map(([first, later]) => {
    const points = [[0, first] as const, ...later.sort(([a], [b]) => a - b)];
    return { times: points.map(([time]) => time), values: points.map(([, value]) => value) };
  });

const at = ({ times, values }: Curve, time: number): number => values[times.findLastIndex((change) => change <= time)]!;

describe("elasticity, for any curves", () => {
  it("is 0 for a supply that is the demand", () => {
    fc.assert(
      fc.property(curve, (demand) => {
        const { zeroDemandShare, ...metrics } = elasticity(demand, demand, { seconds, stepSeconds: 1 });
        assert.ok(zeroDemandShare >= 0 && zeroDemandShare <= 1);
        assert.ok(Object.values(metrics).every((value) => value === 0));
      }),
    );
  });

  it("is what a sum second by second gives", () => {
    fc.assert(
      fc.property(curve, curve, (demand, supply) => {
        const metrics = elasticity(demand, supply, { seconds });
        const moments = Array.from({ length: seconds }, (_, time) => ({ d: at(demand, time), s: at(supply, time) }));
        const mean = (of: (d: number, s: number) => number): number =>
          moments.reduce((sum, { d, s }) => sum + of(d, s), 0) / seconds;
        const near = (actual: number, expected: number): void => {
          assert.ok(Math.abs(actual - expected) < 1e-9);
        };
        near(
          metrics.accuracyU - metrics.accuracyO,
          mean((d, s) => d - s),
        );
        near(
          metrics.timeshareU,
          mean((d, s) => (d > s ? 1 : 0)),
        );
        near(metrics.thetaO, 100 * mean((d, s) => (d > 0 ? Math.max(0, s - d) / d : 0)));
      }),
    );
  });

  it("trades places with its curves", () => {
    fc.assert(
      fc.property(curve, curve, (one, other) => {
        const [there, back] = [elasticity(one, other, { seconds }), elasticity(other, one, { seconds })];
        assert.equal(there.accuracyU, back.accuracyO);
        assert.equal(there.tauO, back.tauU);
        assert.equal(there.upsilon, back.upsilon);
        assert.ok(there.jitterPerMinute + back.jitterPerMinute === 0);
      }),
    );
  });
});

describe("the servers for a wait, for any load", () => {
  const stream = fc.record({
    arrivalRate: fc.double({ min: 0.001, max: 50, noNaN: true }),
    meanServiceSeconds: fc.double({ min: 0.01, max: 10, noNaN: true }),
    maxWaitSeconds: fc.double({ min: 0, max: 120, noNaN: true }),
  });

  it("are enough, and one less is not", () => {
    fc.assert(
      fc.property(stream, fc.double({ min: 0.001, max: 0.5, noNaN: true }), (given, lateShare) => {
        const servers = serversFor(given, lateShare);
        assert.ok(lateShareWith(servers, given) <= lateShare);
        assert.ok(lateShareWith(servers - 1, given) > lateShare);
      }),
    );
  });
});
