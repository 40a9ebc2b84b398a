import { CoreV1Api, CoreV1Event, V1EventSource, V1ObjectMeta, V1ObjectReference } from "@kubernetes/client-node";
import type { KubeConfig } from "@kubernetes/client-node";
import type { Clock } from "../../ports/clock.ts";
import type { EventRecorder, TargetEvent } from "../../ports/eventRecorder.ts";
import { describeApiError } from "./apiError.ts";
import { callOptions } from "./client.ts";
import type { ScaleTargetRef } from "./scaleTarget.ts";

const component = "jobsprint-autoscaler";
const callTimeoutSeconds = 5;
/** The API server refuses longer messages. */
const maxMessageLength = 1024;
const maxRemembered = 256;
const maxInFlight = 16;

export interface EventRecorderOptions {
  readonly kubeConfig: KubeConfig;
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
  readonly #api: CoreV1Api;
  readonly #intervalSeconds: number;
  /** Event → when it was last told, oldest first. */
  readonly #toldAt = new Map<string, number>();
  #inFlight = 0;

  constructor(options: EventRecorderOptions) {
    this.#options = options;
    this.#api = options.kubeConfig.makeApiClient(CoreV1Api);
    this.#intervalSeconds = options.intervalSeconds ?? 600;
  }

  record(event: TargetEvent): void {
    const now = this.#options.clock.now();
    const key = `${event.reason}\n${event.message}`;
    const toldAt = this.#toldAt.get(key);
    if (toldAt !== undefined && now - toldAt < this.#intervalSeconds) return;
    // A hanging API server must not collect calls without end.
    if (this.#inFlight >= maxInFlight) return;
    this.#remember(key, now);
    this.#inFlight++;
    this.#write(event, now)
      .catch((error: unknown) => {
        this.#toldAt.delete(key);
        this.#options.onFailure?.(`Event ${event.reason}: ${describeApiError(error)}`);
      })
      .finally(() => this.#inFlight--);
  }

  #remember(key: string, now: number): void {
    // Set anew at the end, so that the first key is the oldest.
    this.#toldAt.delete(key);
    this.#toldAt.set(key, now);
    const oldest = this.#toldAt.keys().next();
    if (this.#toldAt.size > maxRemembered && oldest.done !== true) this.#toldAt.delete(oldest.value);
  }

  async #write(event: TargetEvent, now: number): Promise<void> {
    const { ref, uid } = this.#options;
    await this.#api.createNamespacedEvent(
      { namespace: ref.namespace, body: toEvent(event, ref, uid(), new Date(now * 1000)) },
      callOptions(new AbortController().signal, callTimeoutSeconds),
    );
  }
}

function toEvent(event: TargetEvent, ref: ScaleTargetRef, uid: string | undefined, at: Date): CoreV1Event {
  return Object.assign(new CoreV1Event(), {
    metadata: Object.assign(new V1ObjectMeta(), { generateName: `${ref.name}.`, namespace: ref.namespace }),
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
