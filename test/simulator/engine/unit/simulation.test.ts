import assert from "node:assert/strict";
import { simulate } from "../../../../simulator/engine/simulate.ts";
import type { Scenario, View } from "../../../../simulator/model.ts";
import { policyOf, runConstant, scenarioOf, scripted, workloadOf } from "../builders.ts";

/** Ticks come at random phases within their first period: short ones are in force almost at once. */
const tick = 0.01;

/** Views of a run by a policy that asks for what is there. */
function viewsOf(scenario: Scenario, periodSeconds: number, arrivals: readonly number[] = []): View[] {
  const views: View[] = [];
  const look = policyOf(periodSeconds, () => (view) => {
    views.push(view);
    return view.replicas;
  });
  const services = arrivals.map(() => 10);
  simulate(workloadOf(arrivals, services, 100), { ...scenario, maxWaitSeconds: 0 }, look, 1);
  return views;
}

/** Asks for `before`, and from a time on for `after`. */
const step = (at: number, before: number, after: number) =>
  policyOf(
    tick,
    () =>
      ({ now }) =>
        now < at ? before : after,
  );

describe("a simulation", () => {
  it("lets jobs begin at once where a slot is free, and otherwise when the first one is", () => {
    const jobs = workloadOf([0, 1, 2, 3], [10, 4, 1, 1], 20);
    assert.deepEqual([...runConstant(jobs, scenarioOf({ initialReplicas: 2 })).waits], [0, 0, 3, 3]);
  });

  it("takes a slot that is freed at the moment of an arrival for a free one", () => {
    assert.deepEqual([...runConstant(workloadOf([0, 5], [5, 1], 20), scenarioOf()).waits], [0, 0]);
  });

  it("counts as late who begins too late, and who never begins, with the wait until the end", () => {
    const jobs = workloadOf([0, 1, 2, 9], [4, 7, 100, 1], 10);
    const run = runConstant(jobs, scenarioOf({ maxWaitSeconds: 3 }));
    assert.equal(run.seconds, 13);
    assert.deepEqual([...run.waits], [0, 3, 9, 4]);
    assert.equal(run.late, 2);
  });

  it("has replicas ready a delay after their order, and pays for them from the order on", () => {
    const scenario = scenarioOf({ readinessDelay: { kind: "constant", mean: 10 }, maxWaitSeconds: 0 });
    const run = simulate(workloadOf([], [], 100), scenario, step(50, 1, 3), 1);
    assert.deepEqual(run.requested.values, [1, 3]);
    assert.deepEqual(run.supply.values, [1, 2, 3]);
    const ordered = run.requested.times[1] ?? NaN;
    assert.ok(ordered >= 50 && ordered < 50 + 2 * tick);
    assert.deepEqual(run.supply.times.slice(1), [ordered + 10, ordered + 10]);
    assert.ok(Math.abs(run.podSeconds - (100 + 2 * (100 - ordered))) < 1e-9);
    assert.deepEqual([run.starts, run.moves, run.redelivered], [2, 1, 0]);
  });

  describe("takes a replica away while it works", () => {
    const jobs = workloadOf([0, 1, 2], [10, 10, 10], 100);
    const runWith = (scaleIn: Scenario["scaleIn"]) => {
      const scenario = scenarioOf({ initialReplicas: 2, maxWaitSeconds: 0, scaleIn });
      return simulate(jobs, scenario, step(5, 2, 1), 1);
    };
    const near = (actual: number, expected: number): void => {
      assert.ok(Math.abs(actual - expected) < 3 * tick, `${actual}, not ${expected}`);
    };

    it("and lets it finish within its grace", () => {
      const run = runWith({ kind: "drain", graceSeconds: 20 });
      assert.deepEqual([...run.waits], [0, 0, 8]);
      assert.deepEqual([run.redelivered, run.supply.values], [0, [2, 1]]);
      // Told to end at 5 s, gone at 11 s.
      near(run.podSeconds, 100 + 11);
    });

    it("and returns its job to the head of the queue when the grace is over", () => {
      const run = runWith({ kind: "drain", graceSeconds: 3 });
      // The job of 1 s begins anew at 10 s, before the one of 2 s.
      assert.deepEqual([...run.waits], [0, 9, 18]);
      assert.equal(run.redelivered, 1);
      near(run.podSeconds, 100 + 8);
    });

    it("and gives out the oldest job first when several graces end together", () => {
      const scenario = scenarioOf({
        ...{ initialReplicas: 3, slotsPerReplica: 2, maxWaitSeconds: 0 },
        scaleIn: { kind: "drain", graceSeconds: 3 },
      });
      // Both other replicas lose their job at 8 s, and the one that stays has one free slot.
      const { waits } = simulate(workloadOf([0, 1, 2], [30, 30, 30], 100), scenario, step(5, 3, 1), 1);
      near(waits[1] ?? NaN, 8 - 1);
      near(waits[2] ?? NaN, 30 - 2);
    });

    it("and returns its job at once when it is killed", () => {
      const run = runWith({ kind: "kill" });
      assert.deepEqual([...run.waits], [0, 9, 18]);
      assert.equal(run.redelivered, 1);
      near(run.podSeconds, 100 + 5);
    });
  });

  for (const { wanted, replicas } of [
    { wanted: 0, replicas: 2 },
    { wanted: 3, replicas: 3 },
    { wanted: 99, replicas: 5 },
  ])
    it(`gives ${replicas} replicas of 2 to 5 when ${wanted} are asked for`, () => {
      const scenario = scenarioOf({ minReplicas: 2, maxReplicas: 5 });
      assert.equal(
        simulate(workloadOf([], [], 10), scenario, scripted(1, [wanted]), 1).requested.values.at(-1),
        replicas,
      );
    });

  it("asks at even ticks, each late by no more than the jitter, which does not add up", () => {
    const even = viewsOf(scenarioOf(), 2).map(({ now }) => now);
    const late = viewsOf(scenarioOf({ tickJitter: 0.25 }), 2).map(({ now }) => now);
    assert.ok(even.length >= 49 && Math.abs(late.length - even.length) <= 1);
    const phase = even[0] ?? NaN;
    assert.ok(phase >= 0 && phase < 2);
    for (const [i, now] of even.entries()) assert.ok(Math.abs(now - (phase + 2 * i)) < 1e-9);
    // The first one is not late: its phase is chance already.
    const delays = late.map((now, i) => now - (phase + 2 * i));
    assert.ok(delays.every((delay) => delay > -1e-9 && delay <= 0.5));
    assert.ok(Math.max(...delays) > 0.3);
  });

  it("shows statistics as old as the interval and the lag make them, and the queue as it is", () => {
    const views = viewsOf(scenarioOf({ statisticsSeconds: 5, metricLagSeconds: 1 }), 0.5, [20, 21, 22]);
    const ages = views.flatMap(({ now, statistics }) =>
      statistics === undefined ? [] : [now - statistics.observedAt],
    );
    assert.ok(Math.min(...ages) >= 1 && Math.max(...ages) < 6);
    assert.ok(Math.max(...ages) > 5);
    for (const { now, readyNow, statistics } of views) {
      const waitingAt = (at: number): number => [21, 22].filter((from, i) => from <= at && at < 30 + 10 * i).length;
      assert.equal(readyNow, waitingAt(now));
      if (statistics !== undefined) assert.equal(statistics.ready, waitingAt(statistics.observedAt));
    }
  });

  it("measures concurrency and the use of slots up to the moment of the view", () => {
    const views = viewsOf(scenarioOf({ initialReplicas: 2 }), 0.5, [20, 20, 20]);
    const { now, concurrencySeconds, utilizationSeconds } = views.find((view) => view.now >= 33) as View;
    // Two at work and one that waits until 30 s, then one at work.
    assert.ok(Math.abs(concurrencySeconds - (3 * 10 + (now - 30))) < 1e-9);
    assert.ok(Math.abs(utilizationSeconds - (10 + (now - 30) / 2)) < 1e-9);
  });
});
