import assert from "node:assert/strict";
import fc from "fast-check";
import { overdueReplicas, readyIn, updateReadiness } from "../../../../autoscaler/src/core/drain/readiness.ts";
import { addScaleEvent, limit } from "../../../../autoscaler/src/core/limit.ts";
import type { TargetSpec } from "../../../../autoscaler/src/core/model.ts";
import { replicasByRatio } from "../../../../autoscaler/src/core/rules/ratio.ts";
import { remember, stabilisationTimer, stabilise } from "../../../../autoscaler/src/core/stabilise.ts";
import type { ReadinessState } from "../../../../autoscaler/src/core/state.ts";
import { targetSpec } from "./arbitraries.ts";

const numRuns = 20_000;
const now = 1000;
const count = fc.nat(40);

const aged = fc.array(fc.tuple(fc.nat(40), fc.integer({ min: 1, max: 8 })), { maxLength: 4 });
const eventsOf = (list: readonly [number, number][]) => list.map(([age, change]) => ({ at: now - age, change }));
const historyOf = (list: readonly [number, number][]) => list.map(([age, replicas]) => ({ at: now - age, replicas }));

const between = (low: number, value: number, high: number): boolean => low <= value && value <= high;

function check<T extends object>(
  arbitraries: { [K in keyof T]: fc.Arbitrary<T[K]> },
  property: (value: T) => void,
): void {
  fc.assert(fc.property(fc.record(arbitraries) as fc.Arbitrary<T>, property), { numRuns });
}

describe("the limit, for any events", function () {
  this.timeout(60_000);
  const withinBounds = ({ minReplicas, maxReplicas }: TargetSpec, part: number): number =>
    minReplicas + (part % (maxReplicas - minReplicas + 1));

  it("lies between the present count and the desired one, and within the bounds", () => {
    check(
      { spec: targetSpec, part: count, desired: fc.nat(80), up: aged, down: aged },
      ({ spec, part, desired, up, down }) => {
        const current = withinBounds(spec, part);
        const events = { scaleUpEvents: eventsOf(up), scaleDownEvents: eventsOf(down) };
        const { replicas } = limit(desired, { current, now }, events, spec);
        assert.ok(between(Math.min(current, desired), replicas, Math.max(current, desired)));
        assert.ok(between(spec.minReplicas, replicas, spec.maxReplicas));
      },
    );
  });

  it("gives a reason exactly where it holds the count back", () => {
    check({ spec: targetSpec, part: count, desired: fc.nat(80), up: aged }, ({ spec, part, desired, up }) => {
      const current = withinBounds(spec, part);
      const { replicas, reason } = limit(
        desired,
        { current, now },
        { scaleUpEvents: eventsOf(up), scaleDownEvents: [] },
        spec,
      );
      assert.equal(reason === "DesiredWithinRange", replicas === desired);
    });
  });

  it("never falls when more is desired", () => {
    check(
      { spec: targetSpec, part: count, one: fc.nat(80), other: fc.nat(80), up: aged },
      ({ spec, part, one, other, up }) => {
        const at = { current: withinBounds(spec, part), now };
        const events = { scaleUpEvents: eventsOf(up), scaleDownEvents: [] };
        const lower = limit(Math.min(one, other), at, events, spec).replicas;
        assert.ok(lower <= limit(Math.max(one, other), at, events, spec).replicas);
      },
    );
  });

  it("is the same after events were forgotten that no policy counts", () => {
    check(
      { spec: targetSpec, part: count, desired: fc.nat(80), up: aged, down: aged },
      ({ spec, part, desired, up, down }) => {
        const at = { current: withinBounds(spec, part), now };
        const events = { scaleUpEvents: eventsOf(up), scaleDownEvents: eventsOf(down) };
        const kept = addScaleEvent(events, 0, now, spec);
        assert.deepEqual(limit(desired, at, kept, spec), limit(desired, at, events, spec));
      },
    );
  });
});

describe("stabilising, for any history", function () {
  this.timeout(60_000);

  it("lies between the present count and the recommendation", () => {
    check(
      { spec: targetSpec, current: count, recommended: count, list: aged },
      ({ spec: { behavior }, current, recommended, list }) => {
        const { replicas } = stabilise(recommended, { current, now }, historyOf(list), behavior);
        assert.ok(between(Math.min(current, recommended), replicas, Math.max(current, recommended)));
      },
    );
  });

  it("gives a reason exactly where it holds the count back", () => {
    check(
      { spec: targetSpec, current: count, recommended: count, list: aged },
      ({ spec: { behavior }, current, recommended, list }) => {
        const { replicas, reason } = stabilise(recommended, { current, now }, historyOf(list), behavior);
        assert.equal(reason === null, replicas === recommended);
      },
    );
  });

  it("is the same after recommendations were forgotten, now and at any later time", () => {
    check(
      { spec: targetSpec, current: count, recommended: count, list: aged, later: fc.nat(12), next: count },
      ({ spec: { behavior }, current, recommended, list, later, next }) => {
        const history = historyOf(list).toSorted((a, b) => a.at - b.at);
        const last = { at: now, replicas: recommended };
        const kept = remember(history, last, behavior);
        const at = { current, now: now + later };
        const all = [...history, last];
        assert.deepEqual(stabilise(next, at, kept, behavior), stabilise(next, at, all, behavior));
        assert.deepEqual(
          stabilisationTimer(next, kept, at.now, behavior),
          stabilisationTimer(next, all, at.now, behavior),
        );
      },
    );
  });
});

describe("the ratio, for any pods", function () {
  this.timeout(60_000);
  const pods = fc.record({ measured: fc.integer({ min: 1, max: 9 }), unready: fc.nat(5), missing: fc.nat(5) });

  it("is never on the other side than the metric says", () => {
    check(
      {
        value: fc.nat(300),
        target: fc.integer({ min: 1, max: 150 }),
        surplus: fc.nat(9),
        counts: pods,
        truncate: fc.boolean(),
      },
      ({ value, target, surplus, counts, truncate }) => {
        // The HPA compares with its count only where it assumed values: otherwise pods and replicas are the same.
        const currentReplicas = counts.measured + counts.unready + counts.missing + (counts.missing > 0 ? surplus : 0);
        const tolerance = { up: 0.1, down: 0.1 };
        const missingValue = Math.max(100, target);
        const replicas = replicasByRatio({
          value,
          target,
          tolerance,
          currentReplicas,
          pods: counts,
          missingValue,
          truncate,
        });
        assert.ok(Number.isInteger(replicas) && replicas >= 0);
        if (value < target) assert.ok(replicas <= currentReplicas, "rose below the target");
        if (value > target) assert.ok(replicas >= currentReplicas, "fell above the target");
      },
    );
  });
});

describe("the starts, for any input", function () {
  this.timeout(60_000);
  const world = { current: count, ready: count, before: count, list: aged, gap: fc.nat(30), delay: fc.nat(30) };
  type World = Record<"current" | "ready" | "before" | "gap", number> & { list: readonly [number, number][] };
  const updated = ({ current, ready, before, list, gap }: World): ReadinessState => {
    const starts = historyOf(list).toSorted((a, b) => a.at - b.at);
    return updateReadiness({ starts, readyReplicas: before, at: now - gap }, now, { current, ready });
  };

  it("are of each replica that is not ready, oldest first", () => {
    check(world, (one) => {
      const { starts, readyReplicas } = updated(one);
      const left = starts.reduce((sum, { replicas }) => sum + replicas, 0);
      assert.equal(left, Math.max(0, one.current - one.ready));
      assert.ok(starts.every(({ at, replicas }, i) => replicas > 0 && at >= (starts[i - 1]?.at ?? 0)));
      assert.ok(readyReplicas >= Math.min(one.ready, one.current) && readyReplicas <= one.current);
    });
  });

  it("tell for each replica asked for when it serves, soonest first, and those that never may last", () => {
    check({ ...world, starting: fc.nat(60) }, ({ starting, delay, ...one }) => {
      const readiness = updated(one);
      const seconds = readyIn(readiness, now, starting, delay);
      assert.equal(seconds.length, starting);
      assert.ok(seconds.every((at, i) => at >= (seconds[i - 1] ?? 0)));
      const overdue = overdueReplicas(readiness, now, starting, delay);
      assert.equal(seconds.filter((at) => at === Infinity).length, overdue);
    });
  });
});
