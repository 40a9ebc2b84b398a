import { clockJump, withTimesMoved, type ClockReading } from "../core/clockJump.ts";
import { decide, type Outcome as Decided } from "../core/decide.ts";
import type { Snapshot, TargetSpec } from "../core/model.ts";
import { afterUnseenTick, type State } from "../core/state.ts";
import type { SteadyClock } from "../ports/clock.ts";
import type { EventRecorder } from "../ports/eventRecorder.ts";
import type { ScaleIn } from "../ports/scaleIn.ts";
import type { Scale, ScaleTarget } from "../ports/scaleTarget.ts";
import type { StateStore } from "../ports/stateStore.ts";
import type { TargetPods } from "../ports/targetPods.ts";
import type { Telemetry, TickFailure } from "../ports/telemetry.ts";
import { readMetrics } from "./readMetrics.ts";
import type { MetricSources } from "./readMetrics.ts";
import { errorMessage } from "./errorMessage.ts";
import { Writer, type Applied } from "./writer.ts";
import { TargetEvents } from "./targetEvents.ts";

/** All that one target is read from and written to. */
export interface TargetPorts {
  readonly scaleTarget: ScaleTarget;
  readonly pods: TargetPods;
  readonly metrics: MetricSources;
  readonly events: EventRecorder;
  readonly states: StateStore;
  readonly telemetry: Telemetry;
  readonly clock: SteadyClock;
  /** Absent: pods are removed in the order of the ReplicaSet. */
  readonly scaleIn?: ScaleIn;
}

/** Which target, by what rules. */
export interface ReconcilerOptions {
  readonly name: string;
  /** The specification in force at a time, epoch seconds: schedules move its bounds. */
  readonly specAt: (now: number) => TargetSpec;
  /** For each read; a metric that takes longer is missing in this tick. */
  readonly metricTimeoutSeconds: number;
}

/** What a tick has to tell, besides what its ports know. */
interface Told extends Applied {
  readonly snapshot: Snapshot;
  /** The state that the decision began with; null: the target was seen for the first time. */
  readonly before: State | null;
  readonly decision: Decided["decision"];
  /** Epoch seconds. */
  readonly startedAt: number;
}

/**
 * Brings one target to its desired count, one tick at a time, for one term of leadership: a new term makes a new one,
 * since what was told and seen in an earlier term says nothing about the present. Its ticks must not overlap.
 */
export class Reconciler {
  readonly #options: ReconcilerOptions;
  readonly #ports: TargetPorts;
  readonly #events: TargetEvents;
  readonly #writer: Writer;
  /** Of the last decision: what the wall clock was set by since then moves all times of the state. */
  #lastReading: ClockReading;
  /** The next record has to carry its state: the records before it do not lead there. */
  #gap = true;

  constructor(options: ReconcilerOptions, ports: TargetPorts) {
    this.#options = options;
    this.#ports = ports;
    this.#events = new TargetEvents(options.specAt(ports.clock.now()), ports.events);
    this.#writer = new Writer(options.name, ports);
    this.#lastReading = readClock(ports.clock);
  }

  /**
   * Reads, decides, patches on change and tells. Resolves to false if no decision was reached or its write was refused.
   * An abort ends the reads and keeps the tick from patching; a patch that has begun is finished and told.
   */
  async tick(signal: AbortSignal): Promise<boolean> {
    const { scaleTarget, pods, metrics, clock } = this.#ports;
    const { specAt, metricTimeoutSeconds } = this.#options;
    const startedAt = clock.now();
    let phase: TickFailure["phase"] = "GetScale";
    try {
      // First of all: the write later relies on the resourceVersion being older than everything the decision saw.
      const scale = await scaleTarget.get(signal);
      phase = "ReadPods";
      const readyReplicas = countReady(pods);
      phase = "ReadMetrics";
      const readings = await readMetrics(metrics, clock, metricTimeoutSeconds, signal);
      phase = "Decide";
      // Now is taken after the reads, or a reading that took seconds would seem to come from the future.
      const snapshot = { now: clock.now(), readyReplicas, readings, ...toldByWorkload(scale) };
      const before = this.#stateNow();
      const spec = specAt(snapshot.now);
      const decided = decide(spec, before, snapshot);
      phase = "PatchScale";
      // Between the reads and here the lease may have gone to somebody who decides by other figures.
      signal.throwIfAborted();
      const applied = await this.#writer.apply(scale, decided, spec.mode, signal);
      // Not told: the log of the new leader has its own record of this moment.
      if (applied.outcome === "superseded") return false;
      this.#tell({ snapshot, before, decision: decided.decision, startedAt, ...applied });
      return applied.outcome !== "failed";
    } catch (error) {
      // The term is over: nothing has failed.
      if (!signal.aborted) this.#fail(phase, error);
      return false;
    }
  }

  /** The state of the last tick; its times have gone along with a clock that was set since. */
  #stateNow(): State | null {
    const { states, clock } = this.#ports;
    const reading = readClock(clock);
    const jump = clockJump(this.#lastReading, reading);
    this.#lastReading = reading;
    const state = states.load(this.#options.name);
    if (state === null || jump === 0) return state;
    this.#gap = true;
    const moved = withTimesMoved(state, jump);
    // At once: a tick that ends early would forget the jump.
    states.save(this.#options.name, moved);
    return moved;
  }

  #tell({ snapshot, before, decision, startedAt, ...applied }: Told): void {
    const { telemetry, clock } = this.#ports;
    // Only then: a replay knows all other states, and a state is far larger than the rest of a record.
    const state = this.#gap ? { state: before } : {};
    const { outcome } = applied;
    // A write that was refused or not wanted leaves another state than the decision's nextState.
    this.#gap = outcome === "failed" || (outcome === "observed" && decision.direction !== "none");
    this.#events.decided(decision, outcome, applied.error);
    const durationSeconds = clock.now() - startedAt;
    telemetry.decided({ target: this.#options.name, snapshot, ...state, decision, ...applied, durationSeconds });
  }

  #fail(phase: TickFailure["phase"], error: unknown): void {
    this.#gap = true;
    const { telemetry, clock, states } = this.#ports;
    const { name } = this.#options;
    const state = states.load(name);
    // Nobody saw whether a metric stayed low during this tick, so no timer may run through it.
    if (state !== null) states.save(name, afterUnseenTick(state));
    const failure = { target: name, at: clock.now(), phase, error: errorMessage(error) };
    this.#events.failed(failure);
    telemetry.failed(failure);
  }
}

const readClock = (clock: SteadyClock): ClockReading => ({ wall: clock.now(), monotonic: clock.monotonic() });

/** What is written on the workload, as the core sees it; "no competitor" and "unknown" both forbid nothing. */
function toldByWorkload({
  replicas,
  paused,
  competitors,
}: Scale): Pick<Snapshot, "currentReplicas" | "paused" | "competitors"> {
  return {
    currentReplicas: replicas,
    ...(paused === undefined ? {} : { paused }),
    ...(competitors === undefined || competitors.length === 0 ? {} : { competitors }),
  };
}

/** Ready pods that are not going away. Throws while the pods are unknown: that is not zero. */
function countReady(pods: TargetPods): number {
  const listed = pods.list();
  if (listed === undefined)
    throw new Error("the target's pods are not known: the watch has not listed them yet or is broken");
  return listed.filter(({ ready, terminating }) => ready && !terminating).length;
}
