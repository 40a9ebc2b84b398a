import { AppsV1Api, PatchStrategy, setHeaderOptions } from "@kubernetes/client-node";
import type { ConfigurationOptions, KubeConfig, V1Scale } from "@kubernetes/client-node";
import type { Clock } from "../../ports/clock.ts";
import { ScaleError } from "../../ports/scaleTarget.ts";
import type { Scale, ScaleTarget } from "../../ports/scaleTarget.ts";
import { describeApiError, retryRead, statusCode } from "./apiError.ts";
import { callOptions } from "./client.ts";

/** Names the workload that is scaled. */
export interface ScaleTargetRef {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
}

const callTimeoutSeconds = 5;
const maxPatchTries = 5;

type ObjectName = Pick<ScaleTargetRef, "name" | "namespace">;

interface ScaleApi {
  read(api: AppsV1Api, object: ObjectName, options: ConfigurationOptions): Promise<V1Scale>;
  patch(api: AppsV1Api, object: ObjectName & { body: unknown }, options: ConfigurationOptions): Promise<V1Scale>;
}

const scaleApis = new Map<string, ScaleApi>([
  [
    "Deployment",
    {
      read: (api, object, options) => api.readNamespacedDeploymentScale(object, options),
      patch: (api, object, options) => api.patchNamespacedDeploymentScale(object, options),
    },
  ],
  [
    "StatefulSet",
    {
      read: (api, object, options) => api.readNamespacedStatefulSetScale(object, options),
      patch: (api, object, options) => api.patchNamespacedStatefulSetScale(object, options),
    },
  ],
  [
    "ReplicaSet",
    {
      read: (api, object, options) => api.readNamespacedReplicaSetScale(object, options),
      patch: (api, object, options) => api.patchNamespacedReplicaSetScale(object, options),
    },
  ],
]);

/** The scale subresource of one workload of apps/v1; rejects with a ScaleError. */
export class KubernetesScaleTarget implements ScaleTarget {
  readonly ref: ScaleTargetRef;
  readonly #api: AppsV1Api;
  readonly #scaleApi: ScaleApi;
  readonly #clock: Clock;
  #uid: string | undefined;
  #selector: string | undefined;

  /** Throws on a kind without a known scale subresource. */
  constructor(kubeConfig: KubeConfig, ref: ScaleTargetRef, clock: Clock) {
    const scaleApi = ref.apiVersion === "apps/v1" ? scaleApis.get(ref.kind) : undefined;
    if (scaleApi === undefined)
      throw new Error(
        `scaleTargetRef: "${ref.apiVersion} ${ref.kind}" cannot be scaled; apps/v1 ${[...scaleApis.keys()].join(", ")} can`,
      );
    this.ref = ref;
    this.#api = kubeConfig.makeApiClient(AppsV1Api);
    this.#scaleApi = scaleApi;
    this.#clock = clock;
  }

  /** The workload's uid as last read; undefined before the first read. */
  uid(): string | undefined {
    return this.#uid;
  }

  /** The label selector of the workload's pods as last read; undefined before the first read. */
  selector(): string | undefined {
    return this.#selector;
  }

  async get(signal: AbortSignal): Promise<Scale> {
    const options = callOptions(signal, callTimeoutSeconds);
    const scale = await retryRead(() => this.#scaleApi.read(this.#api, this.ref, options), this.#clock, signal).catch(
      (error: unknown) => {
        throw this.#scaleError("get", error);
      },
    );
    this.#uid = scale.metadata?.uid;
    // An empty selector would mean every pod of the namespace.
    this.#selector = scale.status?.selector === "" ? undefined : scale.status?.selector;
    const resourceVersion = scale.metadata?.resourceVersion;
    if (scale.spec === undefined || resourceVersion === undefined)
      throw new ScaleError("unavailable", `get scale of ${this.#name()}: the answer has no spec or no resourceVersion`);
    // The API leaves out `replicas` when it is 0.
    return { replicas: scale.spec.replicas ?? 0, resourceVersion };
  }

  async patch(scale: Scale, replicas: number, signal: AbortSignal): Promise<void> {
    let resourceVersion = scale.resourceVersion;
    for (let tries = 1; ; tries++) {
      try {
        await this.#patchAt(resourceVersion, replicas, signal);
        return;
      } catch (error) {
        if (!(error instanceof ScaleError) || error.kind !== "conflict" || tries === maxPatchTries) throw error;
      }
      // Each change of the workload's status moves its version too, so only a changed count is another writer.
      const latest = await this.get(signal);
      if (latest.replicas !== scale.replicas)
        throw new ScaleError(
          "conflict",
          `patch scale of ${this.#name()}: another writer moved it from ${scale.replicas} to ${latest.replicas}`,
        );
      resourceVersion = latest.resourceVersion;
    }
  }

  async #patchAt(resourceVersion: string, replicas: number, signal: AbortSignal): Promise<void> {
    const options = setHeaderOptions("Content-Type", PatchStrategy.MergePatch, callOptions(signal, callTimeoutSeconds));
    const body = { metadata: { resourceVersion }, spec: { replicas } };
    const { name, namespace } = this.ref;
    await this.#scaleApi.patch(this.#api, { name, namespace, body }, options).catch((error: unknown) => {
      throw this.#scaleError("patch", error);
    });
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

const kinds = new Map<number, ScaleError["kind"]>([
  [401, "forbidden"],
  [403, "forbidden"],
  [404, "notFound"],
  [409, "conflict"],
]);

function kindOf(error: unknown): ScaleError["kind"] {
  return kinds.get(statusCode(error) ?? 0) ?? "unavailable";
}
