import type { CustomObjectsApi } from "@kubernetes/client-node";
import type { Clock } from "../../../ports/clock.ts";
import { retryRead, statusCode } from "../api/apiError.ts";
import { callOptions } from "../api/client.ts";
import type { Outage } from "../api/outage.ts";
import { pluralOf, scaleToWorkload, toWorkload } from "./workload.ts";
import type { ScaleObject, ScaleTargetRef, Workload, WorkloadObject } from "./workload.ts";

/** Longer than a write's: a read that comes late does no harm. */
const callTimeoutSeconds = 5;
/** Whether the right to get the object has been granted meanwhile is tried no more often. */
const forbiddenSeconds = 600;

/** What all targets share. */
export interface WorkloadReaderOptions {
  /** The library's typed clients would parse each answer into classes. */
  readonly api: CustomObjectsApi;
  readonly clock: Clock;
  /** Lets one target's read stand for all while the API server is away. */
  readonly outage: Outage;
  /** Hears that a pause by annotation cannot be seen. */
  readonly onNotice: (notice: string) => void;
}

/** Reads one workload by name, for when its watch cannot say; rejects with the client's error. */
export class WorkloadReader {
  readonly #options: WorkloadReaderOptions;
  readonly #ref: ScaleTargetRef;
  readonly #object: { group: string; version: string; plural: string; namespace: string; name: string };
  /** Epoch seconds; until then the object is not asked for, only its scale. */
  #forbiddenUntil = -Infinity;

  /** Throws on a kind without a known scale subresource. */
  constructor(ref: ScaleTargetRef, options: WorkloadReaderOptions) {
    const { namespace, name } = ref;
    this.#ref = ref;
    this.#object = { group: "apps", version: "v1", plural: pluralOf(ref), namespace, name };
    this.#options = options;
  }

  /** Undefined when the answer has no spec or no version. Where only the scale subresource may be read it is read instead. */
  read(signal: AbortSignal): Promise<Workload | undefined> {
    return this.#options.outage.guard(() => this.#read(signal), signal);
  }

  async #read(signal: AbortSignal): Promise<Workload | undefined> {
    const { api, clock } = this.#options;
    const options = callOptions(signal, callTimeoutSeconds);
    // The untyped client answers `object`; the shapes below have only optional parts, so nothing is taken for granted.
    const read = <T>(call: () => Promise<unknown>) => retryRead(call, clock, signal) as Promise<T>;
    if (clock.now() >= this.#forbiddenUntil)
      try {
        return toWorkload(await read<WorkloadObject>(() => api.getNamespacedCustomObject(this.#object, options)));
      } catch (error) {
        if (statusCode(error) !== 403) throw error;
        this.#forbiddenUntil = clock.now() + forbiddenSeconds;
      }
    const scale = await read<ScaleObject>(() => api.getNamespacedCustomObjectScale(this.#object, options));
    const { kind, namespace, name } = this.#ref;
    this.#options.onNotice(
      `${kind} ${namespace}/${name}: only its scale may be read, so whether it is paused by annotation is unknown`,
    );
    return scaleToWorkload(scale);
  }
}
