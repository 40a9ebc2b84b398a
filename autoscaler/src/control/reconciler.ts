import { decide } from "../core/decide.ts";
import type { Decision, Snapshot, TargetSpec } from "../core/model.ts";
import { afterUnseenTick, type State } from "../core/state.ts";
import type { Clock } from "../ports/clock.ts";
import type { EventRecorder } from "../ports/eventRecorder.ts";
import type { Scale, ScaleTarget } from "../ports/scaleTarget.ts";
import type { StateStore } from "../ports/stateStore.ts";
import type { TargetPods } from "../ports/targetPods.ts";
import type { Outcome, Telemetry, TickFailure } from "../ports/telemetry.ts";
import { errorMessage, readMetrics } from "./readMetrics.ts";
import type { MetricSources } from "./readMetrics.ts";
import { TargetEvents } from "./targetEvents.ts";

/** All that one target is read from and written to. */
export interface TargetPorts {
  readonly scaleTarget: ScaleTarget;
  readonly pods: TargetPods;
  readonly metrics: MetricSources;
  readonly events: EventRecorder;
  readonly states: StateStore;
  readonly telemetry: Telemetry;
  readonly clock: Clock;
}

interface Applied {
  readonly outcome: Outcome;
  readonly error?: string;
}

/** Brings one target to its desired count, one tick at a time. */
export class Reconciler {
  readonly #spec: TargetSpec;
  readonly #ports: TargetPorts;
  readonly #metricTimeoutSeconds: number;
  readonly #events: TargetEvents;
  /** The next record has to carry its state: the records before it do not lead there. */
  #gap = true;

  constructor(spec: TargetSpec, ports: TargetPorts, metricTimeoutSeconds: number) {
    this.#spec = spec;
    this.#ports = ports;
    this.#metricTimeoutSeconds = metricTimeoutSeconds;
    this.#events = new TargetEvents(spec, ports.events);
  }

  /**
   * Reads, decides, patches on change and tells. Resolves to false if no decision was reached or its write was refused.
   * An abort ends the reads and keeps the tick from patching; a patch that has begun is finished and told.
   */
  async tick(signal: AbortSignal): Promise<boolean> {
    const { scaleTarget, pods, metrics, states, clock } = this.#ports;
    const startedAt = clock.now();
    let phase: TickFailure["phase"] = "GetScale";
    try {
      const scale = await scaleTarget.get(signal);
      phase = "ReadPods";
      const readyReplicas = countReady(pods);
      phase = "ReadMetrics";
      const readings = await readMetrics(metrics, clock, this.#metricTimeoutSeconds, signal);
      phase = "Decide";
      const snapshot = { now: clock.now(), currentReplicas: scale.replicas, readyReplicas, readings };
      const before = states.load(this.#spec.name);
      const { decision, nextState, stateIfRefused } = decide(this.#spec, before, snapshot);
      phase = "PatchScale";
      signal.throwIfAborted();
      const applied = await this.#apply(scale, decision);
      states.save(this.#spec.name, applied.outcome === "failed" ? stateIfRefused : nextState);
      this.#tell({ snapshot, before, decision, startedAt, ...applied });
      return applied.outcome !== "failed";
    } catch (error) {
      // The process is stopping: nothing has failed.
      if (!signal.aborted) this.#fail(phase, error);
      return false;
    }
  }

  async #apply(scale: Scale, { currentReplicas, desiredReplicas }: Decision): Promise<Applied> {
    if (desiredReplicas === currentReplicas) return { outcome: "unchanged" };
    try {
      await this.#ports.scaleTarget.patch(scale, desiredReplicas, new AbortController().signal);
      return { outcome: "patched" };
    } catch (error) {
      return { outcome: "failed", error: errorMessage(error) };
    }
  }

  #tell({
    snapshot,
    before,
    decision,
    startedAt,
    ...applied
  }: { snapshot: Snapshot; before: State | null; decision: Decision; startedAt: number } & Applied): void {
    const { telemetry, clock } = this.#ports;
    const state = this.#gap ? { state: before } : {};
    // A refused write leaves another state than the decision's nextState.
    this.#gap = applied.outcome === "failed";
    this.#events.decided(decision, applied.outcome, applied.error);
    const durationSeconds = clock.now() - startedAt;
    telemetry.decided({ target: this.#spec.name, snapshot, ...state, decision, ...applied, durationSeconds });
  }

  #fail(phase: TickFailure["phase"], error: unknown): void {
    this.#gap = true;
    const { telemetry, clock, states } = this.#ports;
    const state = states.load(this.#spec.name);
    if (state !== null) states.save(this.#spec.name, afterUnseenTick(state));
    const failure = { target: this.#spec.name, at: clock.now(), phase, error: errorMessage(error) };
    this.#events.failed(failure);
    telemetry.failed(failure);
  }
}

/** Ready pods that are not going away. Throws while the pods are unknown: that is not zero. */
function countReady(pods: TargetPods): number {
  const listed = pods.list();
  if (listed === undefined)
    throw new Error("the target's pods are not known: the watch has not listed them yet or is broken");
  return listed.filter(({ ready, terminating }) => ready && !terminating).length;
}
