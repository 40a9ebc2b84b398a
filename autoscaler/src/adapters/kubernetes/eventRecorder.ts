import { CoreV1Event, V1EventSource, V1ObjectMeta, V1ObjectReference } from "@kubernetes/client-node";
import type { CoreV1Api } from "@kubernetes/client-node";
import type { Clock } from "../../ports/clock.ts";
import type { EventRecorder, TargetEvent } from "../../ports/eventRecorder.ts";
import { describeApiError } from "./api/apiError.ts";
import { callOptions } from "./api/client.ts";
import type { ScaleTargetRef } from "./workload/workload.ts";

/** As Events name their source; people filter by it. */
const component = "jobsprint-autoscaler";
/** Nobody waits for an Event, so this only bounds how long a hanging call counts as in flight. */
const callTimeoutSeconds = 5;
/** The API server refuses longer messages. */
const maxMessageLength = 1024;
/** Of one target; with 10,000 targets a few megabytes at worst. */
const maxRemembered = 32;
/** Of all targets. */
const maxInFlight = 64;

/** Writes the Events of all targets; drops those that come while too many wait for their answer. */
export class EventWriter {
  readonly #api: CoreV1Api;
  #inFlight = 0;

  constructor(api: CoreV1Api) {
    this.#api = api;
  }

  /** A hanging API server must not collect calls without end. */
  get isBusy(): boolean {
    return this.#inFlight >= maxInFlight;
  }

  /** Rejects with the client's error. */
  async write(namespace: string, body: CoreV1Event): Promise<void> {
    this.#inFlight++;
    // No caller's signal: the tick that told the Event is over before it is written.
    const options = callOptions(new AbortController().signal, callTimeoutSeconds);
    await this.#api.createNamespacedEvent({ namespace, body }, options).finally(() => this.#inFlight--);
  }
}

/** Whose Events are recorded, and through what. */
export interface EventRecorderOptions {
  /** Shared by all targets, so that its bound on open calls holds for the process. */
  readonly writer: Pick<EventWriter, "isBusy" | "write">;
  readonly clock: Clock;
  readonly ref: ScaleTargetRef;
  /** The target's uid as last read; undefined while it is unknown. */
  readonly uid: () => string | undefined;
  /** Equal events are told once in this time. */
  readonly intervalSeconds?: number;
  /** Hears of an Event that could not be written. */
  readonly onFailure?: (error: string) => void;
}

/** Writes core/v1 Events about one target, where `kubectl describe` shows them. */
export class KubernetesEventRecorder implements EventRecorder {
  readonly #options: EventRecorderOptions;
  readonly #intervalSeconds: number;
  /** Event → when it was last told, oldest first. */
  readonly #toldAt = new Map<string, number>();

  constructor(options: EventRecorderOptions) {
    this.#options = options;
    this.#intervalSeconds = options.intervalSeconds ?? 600;
  }

  record(event: TargetEvent): void {
    const { writer, clock, ref, uid, onFailure } = this.#options;
    const now = clock.now();
    this.#forgetUntil(now - this.#intervalSeconds);
    // The type follows from the reason.
    const key = `${event.reason}\n${event.message}`;
    if (this.#toldAt.has(key) || writer.isBusy) return;
    // Before the answer, so that the ticks until then do not tell it again.
    this.#toldAt.set(key, now);
    writer.write(ref.namespace, toEvent(event, ref, uid(), new Date(now * 1000))).catch((error: unknown) => {
      // Not told after all: the next tick may try it again.
      this.#toldAt.delete(key);
      onFailure?.(`Event ${event.reason}: ${describeApiError(error)}`);
    });
  }

  /** A Map keeps the order of insertion, so the first that stays ends the search. */
  #forgetUntil(time: number): void {
    for (const [key, toldAt] of this.#toldAt) {
      if (toldAt > time && this.#toldAt.size < maxRemembered) return;
      this.#toldAt.delete(key);
    }
  }
}

function toEvent(event: TargetEvent, ref: ScaleTargetRef, uid: string | undefined, at: Date): CoreV1Event {
  return Object.assign(new CoreV1Event(), {
    // A name of its own for each: two of one second would collide.
    metadata: Object.assign(new V1ObjectMeta(), { generateName: `${ref.name}.`, namespace: ref.namespace }),
    // `kubectl describe` finds Events by uid; without one they show only in a list.
    involvedObject: Object.assign(new V1ObjectReference(), { ...ref, ...(uid !== undefined && { uid }) }),
    type: event.type,
    reason: event.reason,
    message: event.message.slice(0, maxMessageLength),
    source: Object.assign(new V1EventSource(), { component }),
    reportingComponent: component,
    firstTimestamp: at,
    lastTimestamp: at,
    count: 1,
  });
}
