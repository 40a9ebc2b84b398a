import fc from "fast-check";
import { Reconciler } from "../../../autoscaler/src/control/reconciler.ts";
import type { TargetSpec } from "../../../autoscaler/src/core/model.ts";
import { ScaleError } from "../../../autoscaler/src/ports/scaleTarget.ts";
import { Disk, DurableStore } from "./durableStore.ts";
import { FakeRecorder, FakeSource, FakeTarget, FakeTelemetry, backlogSpec } from "./fakes.ts";
import { ManualClock } from "./manualClock.ts";

export const holdSeconds = 40;
export const windowSeconds = 30;

/** 100 messages a replica; a scale-down window and a hold that last over several ticks. */
export const spec: TargetSpec = {
  ...backlogSpec,
  foreignWriteHoldSeconds: holdSeconds,
  behavior: {
    ...backlogSpec.behavior,
    scaleDown: { ...backlogSpec.behavior.scaleDown, stabilizationWindowSeconds: windowSeconds },
  },
};

export type Step =
  | { readonly kind: "backlog"; readonly value: number }
  | { readonly kind: "failure"; readonly what: Failure }
  | { readonly kind: "restart" }
  | { readonly kind: "foreignWrite"; readonly replicas: number }
  | { readonly kind: "clockSet"; readonly seconds: number }
  | { readonly kind: "paused"; readonly direction: "up" | "down" | "both" };

const failures = ["metricDown", "scaleDown", "podsUnknown", "writeRefused", "answerLost"] as const;
export type Failure = (typeof failures)[number];

/** Whole histories; with `foreign` false nobody else writes the count. */
export const histories = ({ foreign }: { foreign: boolean }): fc.Arbitrary<readonly Step[]> => {
  const backlog = fc.nat(1500).map((value): Step => ({ kind: "backlog", value }));
  const failure = fc.constantFrom(...failures).map((what): Step => ({ kind: "failure", what }));
  const restart = fc.constant<Step>({ kind: "restart" });
  const clock = fc.constantFrom(-3600, -7, 7, 3600).map((seconds): Step => ({ kind: "clockSet", seconds }));
  const pause = fc.constantFrom("up", "down", "both").map((direction): Step => ({ kind: "paused", direction }));
  const write = fc.nat(14).map((replicas): Step => ({ kind: "foreignWrite", replicas }));
  const weighted = [
    { weight: 6, arbitrary: backlog },
    { weight: 3, arbitrary: failure },
    { weight: 1, arbitrary: restart },
    { weight: 1, arbitrary: clock },
    { weight: 1, arbitrary: pause },
    ...(foreign ? [{ weight: 2, arbitrary: write }] : []),
  ];
  return fc.array(fc.oneof(...weighted), { minLength: 1, maxLength: 40 });
};

/** A target, its queue and the processes that scale it one after the other, a tick every ten seconds. */
export class World {
  readonly clock = new ManualClock();
  readonly target = new FakeTarget(3);
  readonly queue = new FakeSource({ value: 300, observedAt: 1000 });
  readonly telemetry = new FakeTelemetry();
  backlog = 300;
  readonly #disk = new Disk();
  readonly #signal = new AbortController().signal;
  #states = new DurableStore(this.#disk, this.clock);
  #reconciler = this.#process();

  /** The counts that the present process takes for its own: the last one, and one whose write may have succeeded. */
  owned(): readonly number[] {
    const { replicas, attempt } = this.#states.load()?.ownership ?? {};
    return [replicas, attempt?.replicas].filter((count) => count !== undefined);
  }

  async take(step: Step): Promise<void> {
    await this.clock.advance(10);
    const { pods } = this.target;
    await this.#happen(step);
    this.queue.reading = { value: this.backlog, observedAt: this.clock.now() };
    await this.#reconciler.tick(this.#signal);
    // A failure and a pause last one tick.
    this.target.pods ??= pods;
    this.target.paused = undefined;
    this.target.nextPatchError = undefined;
    this.target.loseNextAnswer = false;
  }

  async #happen(step: Step): Promise<void> {
    switch (step.kind) {
      case "backlog":
        this.backlog = step.value;
        break;
      case "foreignWrite":
        this.target.writeFromOutside(step.replicas);
        break;
      case "clockSet":
        this.clock.offset += step.seconds;
        break;
      case "restart":
        this.#states = new DurableStore(this.#disk, this.clock);
        await this.#states.open();
        this.#reconciler = this.#process();
        break;
      case "paused":
        this.target.paused = step.direction;
        break;
      case "failure":
        this.#fail(step.what);
        break;
    }
  }

  #fail(what: Failure): void {
    switch (what) {
      case "metricDown":
        this.queue.nextError = new Error("connection refused");
        break;
      case "scaleDown":
        this.target.nextGetError = new ScaleError("unavailable", "no answer in time");
        break;
      case "podsUnknown":
        this.target.pods = undefined;
        break;
      case "writeRefused":
        this.target.nextPatchError = new ScaleError("forbidden", "HTTP 403: no");
        break;
      case "answerLost":
        this.target.loseNextAnswer = true;
        break;
    }
  }

  #process(): Reconciler {
    const { clock, target, telemetry, queue } = this;
    const ports = { scaleTarget: target, pods: target, metrics: { queue }, clock, states: this.#states, telemetry };
    return new Reconciler(
      { name: "worker", specAt: () => spec, metricTimeoutSeconds: 5 },
      { ...ports, events: new FakeRecorder() },
    );
  }
}
