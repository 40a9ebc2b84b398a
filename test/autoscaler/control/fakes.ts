import type { Reading, TargetSpec } from "../../../autoscaler/src/core/model.ts";
import type { EventRecorder, TargetEvent } from "../../../autoscaler/src/ports/eventRecorder.ts";
import type { MetricSource } from "../../../autoscaler/src/ports/metricSource.ts";
import { ScaleError } from "../../../autoscaler/src/ports/scaleTarget.ts";
import type { Pause, Scale, ScaleTarget } from "../../../autoscaler/src/ports/scaleTarget.ts";
import type { Pod, TargetPods } from "../../../autoscaler/src/ports/targetPods.ts";
import type { Note, Telemetry, TickFailure, TickRecord } from "../../../autoscaler/src/ports/telemetry.ts";

/** A workload whose pods become ready at once. */
export class FakeTarget implements ScaleTarget, TargetPods {
  replicas: number;
  pods: readonly Pod[] | undefined;
  nextGetError: Error | undefined;
  nextPatchError: Error | undefined;
  /** The next patch succeeds, and its answer does not arrive. */
  loseNextAnswer = false;
  paused: Pause | undefined;
  #version = 1;

  constructor(replicas: number) {
    this.replicas = replicas;
    this.pods = readyPods(replicas);
  }

  get(): Promise<Scale> {
    const error = this.nextGetError;
    this.nextGetError = undefined;
    if (error !== undefined) return Promise.reject(error);
    const paused = this.paused === undefined ? {} : { paused: this.paused };
    return Promise.resolve({ replicas: this.replicas, resourceVersion: String(this.#version), ...paused });
  }

  patch(scale: Scale, replicas: number): Promise<void> {
    const error = this.nextPatchError;
    this.nextPatchError = undefined;
    if (error !== undefined) return Promise.reject(error);
    if (scale.resourceVersion !== String(this.#version))
      return Promise.reject(new ScaleError("conflict", "another writer"));
    this.#version++;
    this.replicas = replicas;
    this.pods = readyPods(replicas);
    return this.loseNextAnswer ? Promise.reject(new ScaleError("unavailable", "no answer in time")) : Promise.resolve();
  }

  list(): readonly Pod[] | undefined {
    return this.pods;
  }

  /** What another writer would do. */
  writeFromOutside(replicas: number): void {
    this.#version++;
    this.replicas = replicas;
    this.pods = readyPods(replicas);
  }
}

export function readyPods(count: number): Pod[] {
  return Array.from({ length: count }, (_, index) => ({
    name: `pod-${index}`,
    address: `10.0.0.${index}`,
    phase: "Running",
    ready: true,
    terminating: false,
  }));
}

/** Answers `reading`; with `hangs` only after the caller has given up on it. */
export class FakeSource implements MetricSource {
  reading: Reading;
  nextError: Error | undefined;
  hangs = false;
  reads = 0;

  constructor(reading: Reading) {
    this.reading = reading;
  }

  read(signal: AbortSignal): Promise<Reading> {
    this.reads++;
    const error = this.nextError;
    this.nextError = undefined;
    if (error !== undefined) return Promise.reject(error);
    if (!this.hangs) return Promise.resolve(this.reading);
    return new Promise((_, reject) => {
      signal.addEventListener("abort", () => {
        reject(new Error("ended by the caller"));
      });
    });
  }
}

export class FakeRecorder implements EventRecorder {
  events: TargetEvent[] = [];

  record(event: TargetEvent): void {
    this.events.push(event);
  }

  get reasons(): string[] {
    return this.events.map(({ reason }) => reason);
  }
}

export class FakeTelemetry implements Telemetry {
  records: TickRecord[] = [];
  failures: TickFailure[] = [];
  notes: Note[] = [];
  nextError: Error | undefined;

  decided(record: TickRecord): void {
    const error = this.nextError;
    this.nextError = undefined;
    if (error !== undefined) throw error;
    this.records.push(record);
  }

  failed(failure: TickFailure): void {
    this.failures.push(failure);
  }

  noted(note: Note): void {
    this.notes.push(note);
  }

  get last(): TickRecord {
    const record = this.records.at(-1);
    if (record === undefined) throw new Error("nothing was decided");
    return record;
  }
}

/** 100 messages a replica, 1 to 10 replicas, moved at once in both directions. */
export const backlogSpec: TargetSpec = {
  name: "worker",
  mode: "scale",
  foreignWriteHoldSeconds: 60,
  minReplicas: 1,
  maxReplicas: 10,
  metrics: { queue: { scope: "total", maxAgeSeconds: 30 } },
  rules: [{ kind: "perReplica", name: "backlog", metric: "queue", target: 100, tolerance: { up: 0.1, down: 0.1 } }],
  behavior: {
    scaleUp: {
      stabilizationWindowSeconds: 0,
      selectPolicy: "Max",
      policies: [{ type: "Pods", value: 4, periodSeconds: 60 }],
    },
    scaleDown: {
      stabilizationWindowSeconds: 0,
      selectPolicy: "Max",
      policies: [{ type: "Percent", value: 100, periodSeconds: 15 }],
    },
  },
};
