import assert from "node:assert/strict";
import fc from "fast-check";
import { MemoryStateStore } from "../../../../autoscaler/src/adapters/system/memoryStateStore.ts";
import { Reconciler } from "../../../../autoscaler/src/control/reconciler.ts";
import { decide } from "../../../../autoscaler/src/core/decide.ts";
import type { State } from "../../../../autoscaler/src/core/state.ts";
import type { TickRecord } from "../../../../autoscaler/src/ports/telemetry.ts";
import { ScaleError } from "../../../../autoscaler/src/ports/scaleTarget.ts";
import { FakeRecorder, FakeSource, FakeTarget, FakeTelemetry, backlogSpec } from "../fakes.ts";
import { ManualClock } from "../manualClock.ts";

type Step =
  | { readonly kind: "backlog"; readonly value: number }
  | { readonly kind: "noMetric" | "noScale" | "noPods" | "refused" }
  | { readonly kind: "foreign"; readonly replicas: number };

const backlog = fc.nat(2000).map((value): Step => ({ kind: "backlog", value }));
const failure = fc.constantFrom("noMetric", "noScale", "noPods", "refused").map((kind): Step => ({ kind }));
const foreign = fc.integer({ min: 1, max: 10 }).map((replicas): Step => ({ kind: "foreign", replicas }));
const steps = fc.array(fc.oneof({ weight: 4, arbitrary: backlog }, { weight: 3, arbitrary: failure }, foreign), {
  maxLength: 30,
});

class World {
  readonly clock = new ManualClock();
  readonly target = new FakeTarget(3);
  readonly queue = new FakeSource({ value: 300, observedAt: 1000 });
  readonly telemetry = new FakeTelemetry();
  readonly reconciler = new Reconciler(
    { name: "worker", specAt: () => backlogSpec, metricTimeoutSeconds: 5 },
    {
      ...{ scaleTarget: this.target, pods: this.target, metrics: { queue: this.queue }, clock: this.clock },
      ...{ events: new FakeRecorder(), states: new MemoryStateStore(), telemetry: this.telemetry },
    },
  );
  readonly #signal = new AbortController().signal;
  #backlog = 300;

  async take(step: Step): Promise<void> {
    await this.clock.advance(10);
    const { pods } = this.target;
    switch (step.kind) {
      case "backlog":
        this.#backlog = step.value;
        break;
      case "noMetric":
        this.queue.nextError = new Error("connection refused");
        break;
      case "noScale":
        this.target.nextGetError = new ScaleError("unavailable", "no answer in time");
        break;
      case "noPods":
        this.target.pods = undefined;
        break;
      case "refused":
        this.target.nextPatchError = new ScaleError("forbidden", "HTTP 403: no");
        break;
      case "foreign":
        this.target.writeFromOutside(step.replicas);
        break;
    }
    this.queue.reading = { value: this.#backlog, observedAt: this.clock.now() };
    await this.reconciler.tick(this.#signal);
    if (step.kind === "noPods") this.target.pods = pods;
    this.target.nextPatchError = undefined;
  }
}

describe("reconciler, for any readings and failures", () => {
  it("an unknown metric, scale or pod count never lowers the count", () =>
    fc.assert(
      fc.asyncProperty(steps, async (taken) => {
        const world = new World();
        for (const step of taken) {
          const before = world.target.replicas;
          await world.take(step);
          if (step.kind === "noMetric") assert.ok(world.target.replicas >= before);
          if (step.kind === "noScale" || step.kind === "noPods" || step.kind === "refused")
            assert.equal(world.target.replicas, before);
          assert.ok(world.target.replicas >= 1 && world.target.replicas <= 10);
        }
      }),
    ));

  it("every tick is told exactly once, and the records alone replay to the same decisions", () =>
    fc.assert(
      fc.asyncProperty(steps, async (taken) => {
        const world = new World();
        for (const step of taken) await world.take(step);
        assert.equal(world.telemetry.records.length + world.telemetry.failures.length, taken.length);
        assert.deepEqual(
          replayed(world.telemetry.records),
          world.telemetry.records.map(({ decision }) => decision),
        );
      }),
    ));
});

function replayed(records: readonly TickRecord[]): unknown[] {
  let state: State | null = null;
  return records.map((record) => {
    const { decision, nextState } = decide(
      backlogSpec,
      record.state === undefined ? state : record.state,
      record.snapshot,
    );
    state = nextState;
    return decision;
  });
}
