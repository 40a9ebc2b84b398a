import { PatchStrategy, setHeaderOptions } from "@kubernetes/client-node";
import type { CustomObjectsApi } from "@kubernetes/client-node";
import type { Clock } from "../../../ports/clock.ts";
import { ScaleError } from "../../../ports/scaleTarget.ts";
import type { Scale, ScaleTarget } from "../../../ports/scaleTarget.ts";
import { describeApiError, statusCode } from "../api/apiError.ts";
import { callOptions } from "../api/client.ts";
import type { LabelSelector } from "../pods/labelSelector.ts";
import { LatestWorkload } from "./latestWorkload.ts";
import type { WatchedWorkloads } from "./latestWorkload.ts";
import type { Outage } from "../api/outage.ts";
import { toPause } from "./pause.ts";
import { pausedAnnotation, pluralOf, scaleToWorkload } from "./workload.ts";
import type { ScaleObject, ScaleTargetRef, Workload } from "./workload.ts";
import { WorkloadReader } from "./workloadReader.ts";

/** Shorter than the time between the end of a leader's term and its lease, so that a write cannot outlast the lease. */
const callTimeoutSeconds = 2;
/** A rollout moves the status several times a second; more conflicts in a row are left to the next tick. */
const maxPatchTries = 5;

/** What all targets share. */
export interface ScaleTargetOptions {
  readonly api: CustomObjectsApi;
  readonly clock: Clock;
  readonly outage: Outage;
  readonly workloads: WatchedWorkloads;
  /** Undefined while it is unknown whether there are any. */
  readonly competitors: { of(ref: ScaleTargetRef): readonly string[] | undefined };
  /** Whether this process may write; asked right before each write. */
  readonly mayWrite: () => boolean;
  /** Hears once of each thing that somebody should set right. */
  readonly onNotice: (notice: string) => void;
}

/** One workload of apps/v1: read from the watch's cache, written through its scale subresource. Rejects with a ScaleError. */
export class KubernetesScaleTarget implements ScaleTarget {
  /** As the configuration names it. */
  readonly ref: ScaleTargetRef;
  readonly #options: ScaleTargetOptions;
  readonly #latest: LatestWorkload;
  readonly #reader: WorkloadReader;

  /** Throws on a kind without a known scale subresource. */
  constructor(ref: ScaleTargetRef, options: ScaleTargetOptions) {
    this.ref = ref;
    this.#options = options;
    this.#latest = new LatestWorkload(ref, options.workloads, options.clock);
    this.#reader = new WorkloadReader(ref, options);
  }

  /** The workload's uid as last known; undefined before that. */
  uid(): string | undefined {
    return this.#latest.seen()?.uid;
  }

  /** The label selector of the workload's pods as last known; undefined before that. */
  selector(): LabelSelector | undefined {
    return this.#latest.seen()?.selector;
  }

  /** Mostly without a call: 10,000 targets that are read at each tick would keep the API server busy. */
  async get(signal: AbortSignal): Promise<Scale> {
    const workload = this.#latest.get() ?? (await this.#read(signal));
    const { paused, problem } = toPause(workload.paused);
    // A typing error must not scale what somebody meant to pause, and somebody has to hear of it.
    if (problem !== undefined) this.#options.onNotice(`${this.#name()}: annotation ${pausedAnnotation}: ${problem}`);
    const competitors = this.#options.competitors.of(this.ref);
    return {
      replicas: workload.replicas,
      resourceVersion: workload.resourceVersion,
      ...(paused !== undefined && { paused }),
      ...(competitors !== undefined && { competitors }),
    };
  }

  async patch(scale: Scale, replicas: number, signal: AbortSignal): Promise<void> {
    // A precondition, which Knative's patch of the count lacks: another writer is never overwritten.
    let resourceVersion = scale.resourceVersion;
    for (let tries = 1; ; tries++) {
      try {
        await this.#patchAt(resourceVersion, replicas, signal);
        return;
      } catch (error) {
        if (!(error instanceof ScaleError) || error.kind !== "conflict" || tries === maxPatchTries) throw error;
      }
      // Each change of the workload's status moves its version too, so only a changed count is another writer.
      const latest = await this.#read(signal);
      if (latest.replicas !== scale.replicas)
        throw new ScaleError(
          "conflict",
          `patch scale of ${this.#name()}: another writer moved it from ${scale.replicas} to ${latest.replicas}`,
        );
      resourceVersion = latest.resourceVersion;
    }
  }

  async #read(signal: AbortSignal): Promise<Workload> {
    // A target that was deleted would else cost a call at each tick.
    this.#latest.throwIfMissing();
    const workload = await this.#reader.read(signal).catch((error: unknown) => {
      const failure = this.#scaleError("get", error);
      if (failure.kind === "notFound") this.#latest.setMissing(failure);
      throw failure;
    });
    if (workload === undefined || workload.resourceVersion === "")
      throw new ScaleError("unavailable", `get scale of ${this.#name()}: the answer has no spec or no resourceVersion`);
    this.#latest.set(workload);
    return workload;
  }

  async #patchAt(resourceVersion: string, replicas: number, signal: AbortSignal): Promise<void> {
    const { api, mayWrite } = this.#options;
    const { name, namespace } = this.ref;
    // Asked after all preparation: a process that was stopped here for long may have lost the lease.
    const fence = () => {
      if (!mayWrite()) throw new ScaleError("notLeader", `patch scale of ${this.#name()}: this process may not write`);
    };
    const request = { group: "apps", version: "v1", plural: pluralOf(this.ref), namespace, name };
    // Through the subresource: the right to it does not allow to change the pods' template.
    const body = { metadata: { resourceVersion }, spec: { replicas } };
    const options = setHeaderOptions(
      "Content-Type",
      PatchStrategy.MergePatch,
      callOptions(signal, callTimeoutSeconds, fence),
    );
    const answer: unknown = await api
      .patchNamespacedCustomObjectScale({ ...request, body }, options)
      .catch((error: unknown) => {
        throw error instanceof ScaleError ? error : this.#scaleError("patch", error);
      });
    // The next tick may come before the watch tells it, and must not take our own write for somebody else's.
    const written = scaleToWorkload(answer as ScaleObject);
    if (written !== undefined) this.#latest.setWritten(written);
  }

  #scaleError(verb: "get" | "patch", error: unknown): ScaleError {
    return new ScaleError(kindOf(error), `${verb} scale of ${this.#name()}: ${describeApiError(error)}`, {
      cause: error,
    });
  }

  #name(): string {
    return `${this.ref.kind} ${this.ref.namespace}/${this.ref.name}`;
  }
}

/** HTTP status → what the caller can do about it; all others may pass by themselves. */
const kinds = new Map<number, ScaleError["kind"]>([
  [401, "forbidden"],
  [403, "forbidden"],
  [404, "notFound"],
  [409, "conflict"],
]);

function kindOf(error: unknown): ScaleError["kind"] {
  return kinds.get(statusCode(error) ?? 0) ?? "unavailable";
}
