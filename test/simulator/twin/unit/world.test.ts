import assert from "node:assert/strict";
import type { DemoJob } from "../../../../simulator/twin/demoReport.ts";
import { worldOf } from "../../../../simulator/twin/world.ts";
import { reportOf, target } from "../builders.ts";

const job = (more: Partial<DemoJob>): DemoJob => ({
  ...{ askedAt: 1, acceptedAt: 2, startedAt: 3, finishedAt: 9, workSeconds: 5 },
  ...more,
});

const withJobs = (...jobs: DemoJob[]) => worldOf(reportOf({ record: { ...reportOf().record, jobs } }), target, {});

describe("the world of a twin", () => {
  for (const { name, times, arrives } of [
    { name: "was accepted", times: {}, arrives: [2] },
    { name: "was begun before the gateway's answer came", times: { acceptedAt: 4 }, arrives: [3] },
    { name: "was begun, its answer lost", times: { acceptedAt: null }, arrives: [3] },
    { name: "was never begun", times: { startedAt: null, finishedAt: null }, arrives: [2] },
    { name: "was never accepted", times: { acceptedAt: null, startedAt: null, finishedAt: null }, arrives: [] },
  ])
    it(`has a job that ${name} at ${arrives.join() || "no time"}`, () => {
      assert.deepEqual([...withJobs(job(times)).workload.arrivals], arrives);
    });

  it("has jobs in the order in which they came into the queue", () => {
    const { workload, jobs } = withJobs(job({ acceptedAt: 2.5, workSeconds: 7 }), job({ workSeconds: 5 }));
    assert.deepEqual([...workload.arrivals], [2, 2.5]);
    assert.deepEqual(
      jobs.map(({ workSeconds }) => workSeconds),
      [5, 7],
    );
  });

  it("adds to each job's work what most jobs took beyond it", () => {
    const { workload } = withJobs(
      job({}),
      job({}),
      job({ finishedAt: 100 }),
      job({ workSeconds: 2, finishedAt: null }),
    );
    assert.deepEqual([...workload.services], [6, 6, 6, 3]);
    assert.equal(workload.meanServiceSeconds, 21 / 4);
  });

  it("lasts as long as the run was watched, and longer than its arrivals", () => {
    assert.equal(worldOf(reportOf(), target, {}).workload.seconds, 100 - 20);
    const { workload } = withJobs(job({ acceptedAt: 95, startedAt: null }));
    assert.ok(workload.seconds > 95);
  });

  for (const { name, readinessSeconds, options, configured, expected } of [
    {
      name: "as measured",
      readinessSeconds: [10, 10, 10],
      configured: 7,
      expected: { kind: "lognormal", mean: 10, cv: 0 },
    },
    { name: "as told to fake pods", readinessSeconds: [], configured: 7, expected: { kind: "constant", mean: 7 } },
    { name: "at once where nobody tells", readinessSeconds: [], expected: { kind: "constant", mean: 0 } },
    {
      name: "as the caller says",
      ...{ readinessSeconds: [10], options: { readiness: 3 }, configured: 7, expected: { kind: "constant", mean: 3 } },
    },
  ])
    it(`has pods that are Ready ${name}`, () => {
      const { record, options: run } = reportOf();
      const report = reportOf({
        record: { ...record, workers: { ...record.workers, readinessSeconds } },
        options: configured === undefined ? run : { ...run, readinessDelaySeconds: configured },
      });
      assert.deepEqual(worldOf(report, target, options ?? {}).scenario.readinessDelay, expected);
    });

  it("spreads the delays as far as those measured", () => {
    const { record } = reportOf();
    const report = reportOf({ record: { ...record, workers: { ...record.workers, readinessSeconds: [5, 15] } } });
    assert.deepEqual(worldOf(report, target, {}).scenario.readinessDelay, { kind: "lognormal", mean: 10, cv: 0.5 });
  });

  it("has the run's slots, grace, first replicas and bounds", () => {
    const { scenario } = worldOf(reportOf(), target, {});
    const { slotsPerReplica, scaleIn, initialReplicas, minReplicas, maxReplicas, maxWaitSeconds } = scenario;
    assert.deepEqual([slotsPerReplica, initialReplicas, minReplicas, maxReplicas, maxWaitSeconds], [1, 2, 2, 10, 20]);
    assert.deepEqual(scaleIn, { kind: "drain", graceSeconds: 40 });
    assert.equal(worldOf(reportOf(), target, { slots: 4 }).scenario.slotsPerReplica, 4);
  });
});
