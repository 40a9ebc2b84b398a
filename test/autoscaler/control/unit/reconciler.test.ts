import assert from "node:assert/strict";
import { MemoryStateStore } from "../../../../autoscaler/src/adapters/system/memoryStateStore.ts";
import { Reconciler } from "../../../../autoscaler/src/control/reconciler.ts";
import type { TargetSpec } from "../../../../autoscaler/src/core/model.ts";
import type { MetricSource } from "../../../../autoscaler/src/ports/metricSource.ts";
import { ScaleError } from "../../../../autoscaler/src/ports/scaleTarget.ts";
import { FakeRecorder, FakeSource, FakeTarget, FakeTelemetry, backlogSpec, readyPods } from "../fakes.ts";
import { ManualClock } from "../manualClock.ts";

describe("reconciler", () => {
  let clock: ManualClock;
  let target: FakeTarget;
  let queue: FakeSource;
  let events: FakeRecorder;
  let telemetry: FakeTelemetry;
  let states: MemoryStateStore;
  let reconciler: Reconciler;
  let stop: AbortController;
  let spec: TargetSpec;

  beforeEach(() => {
    clock = new ManualClock();
    target = new FakeTarget(2);
    queue = new FakeSource({ value: 0, observedAt: 0 });
    events = new FakeRecorder();
    telemetry = new FakeTelemetry();
    states = new MemoryStateStore();
    stop = new AbortController();
    spec = backlogSpec;
    reconciler = newReconciler({ queue });
  });

  function newReconciler(metrics: Record<string, MetricSource>): Reconciler {
    const ports = { scaleTarget: target, pods: target, metrics, events, states, telemetry, clock };
    return new Reconciler({ name: "worker", specAt: () => spec, metricTimeoutSeconds: 5 }, ports);
  }

  function tickWith(backlog: number): Promise<boolean> {
    queue.reading = { value: backlog, observedAt: clock.now() };
    return reconciler.tick(stop.signal);
  }

  it("patches a changed count and tells it once everywhere", async () => {
    assert.equal(await tickWith(400), true);
    assert.equal(target.replicas, 4);
    assert.equal(telemetry.last.outcome, "patched");
    assert.equal(telemetry.last.decision.desiredReplicas, 4);
    assert.equal(states.load("worker")?.scaleUpEvents.length, 1);
    assert.deepEqual(events.reasons, ["SuccessfulRescale"]);
    assert.match(events.events[0]?.message ?? "", /^New size: 4; reason: backlog.*400/);
  });

  it("writes nothing when the count is right", async () => {
    target.nextPatchError = new Error("must not be called");
    assert.equal(await tickWith(200), true);
    assert.equal(telemetry.last.outcome, "unchanged");
    assert.deepEqual(events.events, []);
  });

  it("a tick that saw nothing ends the timers of the marks: nobody saw that the metrics stayed low", async () => {
    await tickWith(200);
    const before = states.load("worker");
    assert.ok(before !== null);
    states.save("worker", { ...before, thresholds: { marks: { cpu: 0 } } });
    target.nextGetError = new ScaleError("unavailable", "no answer in time");
    assert.equal(await tickWith(200), false);
    assert.deepEqual(states.load("worker")?.thresholds, {});
  });

  it("a refused write is told and leaves no scale event", async () => {
    target.nextPatchError = new ScaleError("conflict", "another writer moved it from 2 to 3");
    assert.equal(await tickWith(400), false);
    assert.equal(target.replicas, 2);
    assert.equal(telemetry.last.outcome, "failed");
    assert.match(telemetry.last.error ?? "", /another writer/);
    assert.deepEqual(states.load("worker")?.scaleUpEvents, []);
    assert.deepEqual(events.reasons, ["FailedRescale"]);
  });

  it("a refused write does not use up the rate allowance", async () => {
    target.nextPatchError = new ScaleError("unavailable", "HTTP 503: busy");
    await tickWith(1000);
    await clock.advance(2);
    await tickWith(1000);
    assert.equal(target.replicas, 6);
  });

  describe("moves nothing and tells the phase", () => {
    const failures: [string, string, () => void][] = [
      [
        "GetScale",
        "when the scale cannot be read",
        () => (target.nextGetError = new ScaleError("notFound", "no such thing")),
      ],
      ["ReadPods", "while the pods are unknown", () => (target.pods = undefined)],
    ];
    for (const [phase, name, arrange] of failures) {
      it(name, async () => {
        arrange();
        assert.equal(await tickWith(1000), false);
        assert.deepEqual(
          telemetry.failures.map((failure) => failure.phase),
          [phase],
        );
        assert.equal(target.replicas, 2);
        assert.equal(states.load("worker"), null);
      });
    }

    it("when telemetry throws after the decision", async () => {
      telemetry.nextError = new Error("disk full");
      assert.equal(await tickWith(200), false);
      assert.equal(telemetry.failures[0]?.error, "disk full");
    });
  });

  it("only Ready pods that stay count as ready", async () => {
    const [first, second, third] = readyPods(3);
    target.pods = [first!, { ...second!, ready: false }, { ...third!, terminating: true }];
    await tickWith(200);
    assert.equal(telemetry.last.snapshot.readyReplicas, 1);
  });

  describe("an unknown metric is no zero", () => {
    it("a source that throws", async () => {
      queue.nextError = new Error("connection refused");
      assert.equal(await tickWith(0), true);
      assert.deepEqual(telemetry.last.snapshot.readings, { queue: { error: "connection refused" } });
      assert.equal(target.replicas, 2);
      assert.deepEqual(events.reasons, ["FailedComputeMetricsReplicas"]);
      assert.match(events.events[0]?.message ?? "", /queue is missing \(connection refused\)/);
    });

    it("a source that hangs is cut off at the deadline, and the others are still read", async () => {
      queue.hangs = true;
      const other = new FakeSource({ value: 7, observedAt: clock.now() });
      reconciler = newReconciler({ queue, other });
      const tick = reconciler.tick(stop.signal);
      await clock.advance(5);
      assert.equal(await tick, true);
      assert.deepEqual(telemetry.last.snapshot.readings, {
        queue: { error: "timed out after 5 s" },
        other: { value: 7, observedAt: 1000 },
      });
      assert.equal(telemetry.last.durationSeconds, 5);
      assert.equal(clock.sleeping, 0);
    });
  });

  describe("tells the state that a replay needs", () => {
    it("at the first tick, and not again while records follow on each other", async () => {
      await tickWith(200);
      assert.equal(telemetry.last.state, null);
      await clock.advance(2);
      await tickWith(200);
      assert.equal("state" in telemetry.last, false);
    });

    it("after a tick that failed", async () => {
      await tickWith(200);
      target.nextGetError = new ScaleError("unavailable", "no answer in time");
      await tickWith(200);
      await tickWith(200);
      assert.deepEqual(telemetry.last.state?.recommendations.at(0), { at: 1000, replicas: 2 });
    });

    it("after a refused write: the state that was kept", async () => {
      await tickWith(200);
      target.nextPatchError = new ScaleError("forbidden", "HTTP 403: no");
      await tickWith(400);
      const kept = states.load("worker");
      await tickWith(400);
      assert.deepEqual(telemetry.last.state, kept);
    });
  });

  describe("tells a lasting condition once", () => {
    it("a missing scale", async () => {
      for (let tick = 0; tick < 3; tick++) {
        target.nextGetError = new ScaleError("notFound", "HTTP 404: not found");
        await tickWith(200);
      }
      assert.deepEqual(events.reasons, ["FailedGetScale"]);
      await tickWith(200);
      target.nextGetError = new ScaleError("notFound", "HTTP 404: not found");
      await tickWith(200);
      assert.deepEqual(events.reasons, ["FailedGetScale", "FailedGetScale"]);
    });

    it("a stale metric, until it becomes another problem", async () => {
      queue.reading = { value: 200, observedAt: clock.now() };
      for (let tick = 0; tick < 3; tick++) {
        await clock.advance(40);
        await reconciler.tick(stop.signal);
      }
      queue.nextError = new Error("connection refused");
      await reconciler.tick(stop.signal);
      assert.deepEqual(
        events.events.map(({ message }) => message),
        [
          "the count may not fall: queue is stale (older than 30 s)",
          "the count may not fall: queue is missing (connection refused)",
        ],
      );
    });

    it("maxReplicas that binds", async () => {
      target.writeFromOutside(9);
      for (let tick = 0; tick < 3; tick++) {
        await tickWith(5000);
        await clock.advance(2);
      }
      assert.deepEqual(events.reasons, ["SuccessfulRescale", "ScalingLimited"]);
      assert.equal(events.events[1]?.message, "maxReplicas 10 binds: 50 are wanted");
    });
  });

  describe("a stop", () => {
    it("during the reads ends the tick without a write or a failure", async () => {
      queue.hangs = true;
      const tick = reconciler.tick(stop.signal);
      await clock.advance(1);
      stop.abort();
      assert.equal(await tick, false);
      assert.equal(target.replicas, 2);
      assert.deepEqual([telemetry.records, telemetry.failures, events.events], [[], [], []]);
    });
  });
});
