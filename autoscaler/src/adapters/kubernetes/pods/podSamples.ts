import type { CustomObjectsApi, PodMetricsList } from "@kubernetes/client-node";
import type { Clock } from "../../../ports/clock.ts";
import { retryRead } from "../api/apiError.ts";
import { callOptions } from "../api/client.ts";
import type { PodSample } from "./groupPods.ts";
import type { Resource } from "./pod.ts";
import { parseDuration, parseQuantity } from "./quantity.ts";

const callTimeoutSeconds = 5;
/** metrics-server measures every 15 s, so this adds little to a sample's age. */
const shareSeconds = 5;
/** A failure is tried again sooner; within this time all targets of the namespace share it. */
const shareFailureSeconds = 1;

/** Pod name → sample; a pod of which a container lacks the resource has none. */
type Samples = Readonly<Record<Resource, ReadonlyMap<string, PodSample>>>;

/** Of one namespace, shared by its targets. */
export interface PodSamplesOptions {
  /** The library's Metrics class takes no signal. */
  readonly api: CustomObjectsApi;
  readonly clock: Clock;
  readonly namespace: string;
  /** Of the process: a caller that gives up does not end the list of the others. */
  readonly signal: AbortSignal;
}

/** The usage of all pods of a namespace from metrics.k8s.io; callers within a short time share one list. */
export class PodSamples {
  readonly #options: PodSamplesOptions;
  #shared: Promise<Samples> | undefined;
  /** Epoch seconds; unbounded while the list is under way, so that nobody begins a second one. */
  #sharedUntil = Infinity;

  constructor(options: PodSamplesOptions) {
    this.#options = options;
  }

  /** Rejects with the client's error, or the caller's when its signal ends the wait. */
  async read(resource: Resource, signal: AbortSignal): Promise<ReadonlyMap<string, PodSample>> {
    const left = this.#sharedUntil - this.#options.clock.now();
    // More than is ever shared is left after a clock that was set back.
    if (left <= 0 || (left > shareSeconds && left !== Infinity)) this.#shared = undefined;
    this.#shared ??= this.#list();
    // The list goes on for the others.
    return (await unlessAborted(this.#shared, signal))[resource];
  }

  #list(): Promise<Samples> {
    const { api, clock, namespace, signal } = this.#options;
    this.#sharedUntil = Infinity;
    const share = (seconds: number) => () => (this.#sharedUntil = clock.now() + seconds);
    const request = { group: "metrics.k8s.io", version: "v1beta1", plural: "pods", namespace };
    const options = callOptions(signal, callTimeoutSeconds);
    const list = retryRead(() => api.listNamespacedCustomObject(request, options), clock, signal).then((answer) =>
      toSamples((answer as PodMetricsList).items),
    );
    // Counted from the answer: a server that takes long is not asked all the time.
    list.then(share(shareSeconds), share(shareFailureSeconds));
    return list;
  }
}

function toSamples(items: PodMetricsList["items"]): Samples {
  const samples = { cpu: new Map<string, PodSample>(), memory: new Map<string, PodSample>() };
  for (const { metadata, timestamp, window, containers } of items) {
    const taken = { observedAt: new Date(timestamp).getTime() / 1000, windowSeconds: parseDuration(window) };
    for (const resource of ["cpu", "memory"] as const) {
      const usages = containers.map(({ usage }) => (usage as Partial<Record<Resource, string>>)[resource]);
      // As HPA: a sum that lacks a container, or all of them, would be too low.
      if (usages.length === 0 || usages.includes(undefined)) continue;
      const usage = usages.reduce((sum, quantity) => sum + parseQuantity(quantity ?? ""), 0);
      // Kept apart for each resource: the runtime may fail to tell one of them.
      samples[resource].set(metadata.name, { usage, ...taken });
    }
  }
  return samples;
}

async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  const abort = () => {
    aborted.reject(signal.reason as Error);
  };
  signal.addEventListener("abort", abort, { once: true });
  try {
    return await Promise.race([promise, aborted.promise]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}
