import assert from "node:assert/strict";
import fc from "fast-check";
import { frontier, podHoursAt, schedule, slotSecondsOf, workBound } from "../../../../simulator/optimum/optimum.ts";
import type { OptimumOptions } from "../../../../simulator/optimum/optimum.ts";
import { programOf, type Program } from "../../../../simulator/optimum/program.ts";
import { solve } from "../../../../simulator/optimum/solve.ts";
import { exactOptions, workload } from "../arbitraries.ts";
import { everySchedule } from "../bruteForce.ts";

/** Pod-hours with nobody late; Infinity where the bounds do not allow it. */
const onTime = (options: OptimumOptions): number => frontier(options, [Infinity])[0]?.podHours ?? Infinity;

const hair = 1e-9;
const small = exactOptions({ slots: 4, replicas: 3, jobs: 12 });
const medium = exactOptions({ slots: 60, replicas: 8, jobs: 120 });

/** One step for each replica and slot, and nobody may wait: the backlog is empty after each slot. */
function hardDemand(demand: readonly number[], startCost: number, initialReplicas: number): Program {
  const none = new Int32Array(demand.length);
  const peak = Math.max(1, initialReplicas, ...demand);
  return {
    slots: demand.length,
    slotSeconds: 1,
    stepJobs: 1,
    stepsPerSlot: 1,
    arrivals: Int32Array.from(demand),
    due: Int32Array.from(demand),
    onTime: none,
    least: none,
    minReplicas: 0,
    maxReplicas: peak,
    initialReplicas,
    startCost,
    jobs: demand.reduce((sum, count) => sum + count, 0),
    overhangSeconds: 0,
  };
}

/** Each level by itself: through a gap it is kept, or stopped and started again, whichever is less. */
function levelByLevel(demand: readonly number[], startCost: number, initialReplicas: number): number {
  let cost = 0;
  for (let level = 1; level <= Math.max(0, ...demand); level++) {
    let idle = level <= initialReplicas ? 0 : Infinity;
    for (const count of demand) {
      if (count >= level) {
        cost += 1 + Math.min(idle, startCost);
        idle = 0;
      } else idle++;
    }
  }
  return cost;
}

describe("the optimum, for any workload", function () {
  this.timeout(60_000);

  it("is the cheapest of all schedules, at any price of a late job", () => {
    fc.assert(
      fc.property(small, (options) => {
        const all = everySchedule(options);
        for (const price of [Infinity, 5, 1, 0.3, 0.1]) {
          const costs = all.map(({ podSeconds, late }) => podSeconds + (late === 0 ? 0 : price * late));
          const found = solve(programOf(options), price);
          const cost =
            found === undefined ? Infinity : found.podSeconds + (found.lateJobs === 0 ? 0 : price * found.lateJobs);
          assert.ok(Math.abs(cost - Math.min(Infinity, ...costs)) < hair || cost === Math.min(Infinity, ...costs));
        }
      }),
      { numRuns: 400 },
    );
  });

  it("keeps each level through a gap no longer than a start costs, where nobody may wait", () => {
    const demand = fc.array(fc.nat(4), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(demand, fc.nat(8), fc.nat(4), (counts, startCost, initial) => {
        const found = solve(hardDemand(counts, startCost, initial), Infinity);
        assert.equal(found?.podSeconds, levelByLevel(counts, startCost, initial));
      }),
      { numRuns: 300 },
    );
  });

  it("never costs more with replicas that start sooner, work faster or may let jobs wait longer", () => {
    fc.assert(
      fc.property(medium, (options) => {
        const least = onTime(options);
        assert.ok(onTime({ ...options, readinessSeconds: options.readinessSeconds / 2 }) <= least + hair);
        // A longer wait lets the run last longer, which the fewest replicas are paid for.
        const patient = { maxWaitSeconds: options.maxWaitSeconds + 1, minReplicas: 0 };
        assert.ok(onTime({ ...options, ...patient }) <= onTime({ ...options, minReplicas: 0 }) + hair);
        const faster = { serviceRate: options.serviceRate * 2, stepsPerSlot: (options.stepsPerSlot ?? 1) * 2 };
        // The same deadlines: one that begins in time is done one service time later.
        const meanServiceSeconds = 1 / options.serviceRate;
        assert.ok(onTime({ ...options, ...faster, meanServiceSeconds }) <= least + hair);
      }),
      { numRuns: 150 },
    );
  });

  it("never costs less than the work itself, nor more than a constant count that is on time", () => {
    fc.assert(
      fc.property(workload, (options) => {
        const least = onTime(options);
        assert.ok(least >= workBound(options));
        const { arrivals, serviceRate, seconds, maxWaitSeconds, readinessSeconds } = options;
        // Enough to serve each job of the densest moment at once.
        const count = Math.ceil(busiest(arrivals, slotSecondsOf(options)) / (serviceRate * slotSecondsOf(options)));
        const constant = count * (seconds + maxWaitSeconds + 1 / serviceRate + slotSecondsOf(options));
        assert.ok(least <= (constant + readinessSeconds * Math.max(0, count - options.initialReplicas)) / 3600 + hair);
      }),
      { numRuns: 100 },
    );
  });

  it("never costs more than a constant count at its share of late jobs, job by job", () => {
    fc.assert(
      fc.property(workload, fc.integer({ min: 1, max: 12 }), (options, count) => {
        const { lateShare, seconds } = runConstant(options, count);
        const points = frontier(options);
        const end = options.seconds + options.maxWaitSeconds;
        // Outside of its points the frontier is not known; a queue that outlasts the program is not what it tells of.
        if (seconds > end || lateShare > (points.at(-1)?.lateShare ?? -1) || lateShare < (points[0]?.lateShare ?? 0))
          return;
        const starts = options.readinessSeconds * Math.max(0, count - options.initialReplicas);
        assert.ok((podHoursAt(points, lateShare) as number) <= (count * end + starts) / 3600 + hair);
      }),
      { numRuns: 30 },
    );
  });

  it("does at least the work that it is given", () => {
    fc.assert(
      fc.property(workload, (options) => {
        const { stepJobs } = programOf(options);
        const served = schedule(options, Infinity).reduce((sum, count) => sum + count, 0) * slotSecondsOf(options);
        assert.ok(served * options.serviceRate > options.arrivals.length - stepJobs - hair);
      }),
      { numRuns: 100 },
    );
  });

  it("lies between arrivals rounded down and up, which are close on a fine grid", () => {
    fc.assert(
      fc.property(workload, (options) => {
        const fine = {
          ...options,
          slotSeconds: (options.maxWaitSeconds + 1 / options.serviceRate) / 3,
          stepsPerSlot: 8,
        };
        const [down, up] = [onTime({ ...fine, rounding: "down" }), onTime({ ...fine, rounding: "up" })];
        assert.ok(down <= up + hair);
        // One step a slot of work, and a start here and there.
        const slots = Math.ceil(options.seconds / fine.slotSeconds);
        assert.ok(
          up - down <= (slots * (fine.slotSeconds / 8) + 4 * (options.readinessSeconds + fine.slotSeconds)) / 3600,
        );
      }),
      { numRuns: 60 },
    );
  });

  it("falls with the share of late jobs, ever more slowly", () => {
    fc.assert(
      fc.property(workload, (options) => {
        const points = frontier(options);
        for (const [index, point] of points.entries()) {
          const next = points[index + 1];
          if (next === undefined) continue;
          assert.ok(point.lateShare <= next.lateShare && point.podHours >= next.podHours - hair);
          const middle = (point.lateShare + next.lateShare) / 2;
          assert.ok((podHoursAt(points, middle) as number) <= (point.podHours + next.podHours) / 2 + hair);
        }
        // Each point is on the hull: no price pays more for what another has cheaper.
        for (const { lateShare, podHours } of points)
          assert.ok(Math.abs((podHoursAt(points, lateShare) as number) - podHours) < hair);
      }),
      { numRuns: 25 },
    );
  });
});

/** Most arrivals in a slot of the grid. */
function busiest(arrivals: Float64Array, slotSeconds: number): number {
  const counts = new Map<number, number>([[0, 1]]);
  for (const at of arrivals) {
    const slot = Math.floor(at / slotSeconds + hair);
    counts.set(slot, (counts.get(slot) ?? 0) + 1);
  }
  return Math.max(...counts.values());
}

/** Jobs one after the other, each to the replica that is free first: until when, and how many began too late. */
function runConstant(options: OptimumOptions, count: number): { readonly lateShare: number; readonly seconds: number } {
  const freeAt = Array<number>(count).fill(0);
  let late = 0;
  for (const at of options.arrivals) {
    const first = freeAt.indexOf(Math.min(...freeAt));
    const begin = Math.max(at, freeAt[first]!);
    if (begin - at > options.maxWaitSeconds) late++;
    freeAt[first] = begin + 1 / options.serviceRate;
  }
  return { lateShare: late / Math.max(1, options.arrivals.length), seconds: Math.max(...freeAt) };
}
