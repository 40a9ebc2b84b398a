import {
  ApiException,
  ApisApi,
  KubernetesObjectApi,
  loadYaml,
  PatchStrategy,
  V1DeleteOptions,
  V1Preconditions,
  type KubeConfig,
} from "@kubernetes/client-node";
import { loadKubeConfig } from "../kubernetes/apply.ts";
import { toStackObject, type StackObject } from "./objects.ts";

/** Where a stack is applied: a kubeconfig of somebody who may create all of its objects. */
export interface StackCluster {
  readonly kubeconfigFile: string;
}

/** How this program signs what it writes; fields of other managers are not taken over. */
export const fieldManager = "jobsprint";

/** What to look for; a namespace or label that is absent restricts nothing. */
export interface Query {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly labelSelector?: string;
}

/** One cluster's objects of any kind. */
export interface StackClient {
  readonly config: KubeConfig;
  /** Server-side apply; returns what is stored. */
  apply(object: StackObject, options?: { force?: boolean; manager?: string }): Promise<StackObject>;
  /** Undefined when it does not exist. */
  read(object: StackObject): Promise<StackObject | undefined>;
  list(query: Query): Promise<StackObject[]>;
  /** The same with the version at which a watch goes on. */
  listAt(query: Query): Promise<{ items: StackObject[]; resourceVersion: string }>;
  /**
   * Asks for the deletion of the object and what it owns; false when it does not exist. In the foreground it is gone
   * when its pods are, in the background at once.
   */
  remove(object: StackObject, propagation?: "Foreground" | "Background"): Promise<boolean>;
  /** API group → the version to speak; the core group is "". */
  preferredVersions(): Promise<ReadonlyMap<string, string>>;
}

export function createClient({ kubeconfigFile }: StackCluster): StackClient {
  const config = loadKubeConfig(kubeconfigFile);
  const api = KubernetesObjectApi.makeApiClient(config);
  const listAt: StackClient["listAt"] = async ({ apiVersion, kind, namespace, labelSelector }) => {
    const none = undefined;
    const { items, metadata } = await api.list(apiVersion, kind, namespace, none, none, none, none, labelSelector);
    return {
      // A list tells the kind of its items once for all.
      items: items.map((item) => toStackObject({ ...item, apiVersion, kind })),
      resourceVersion: metadata?.resourceVersion ?? "",
    };
  };
  return {
    config,
    listAt,
    list: async (query) => (await listAt(query)).items,
    apply(object, { force = false, manager = fieldManager } = {}) {
      // Read as the client reads YAML: it calls `from` `_from` in its own objects, and would leave it out of any other.
      const typed = loadYaml<StackObject>(JSON.stringify(object));
      return api.patch(typed, undefined, undefined, manager, force, PatchStrategy.ServerSideApply);
    },
    read: (object) => unlessMissing(api.read<StackObject>(object)),
    async remove(object, propagation = "Foreground") {
      const { uid } = object.metadata;
      const body = new V1DeleteOptions();
      body.propagationPolicy = propagation;
      // A namesake made meanwhile is not meant.
      if (uid !== undefined) body.preconditions = Object.assign(new V1Preconditions(), { uid });
      const none = undefined;
      const removal = api.delete(object, none, none, none, none, none, body);
      return (await unlessMissing(removal)) !== undefined;
    },
    async preferredVersions() {
      const { groups } = await config.makeApiClient(ApisApi).getAPIVersions();
      const versions = groups.map(({ name, preferredVersion, versions: [first] }): [string, string] => {
        return [name, (preferredVersion ?? first)?.groupVersion ?? ""];
      });
      return new Map([["", "v1"], ...versions]);
    },
  };
}

async function unlessMissing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ApiException && error.code === 404) return undefined;
    throw error;
  }
}

/** What the API server says in a refusal. */
export interface Refusal {
  /** HTTP status; 0 when there was no answer. */
  readonly code: number;
  /** The API server's own sentence. */
  readonly message: string;
  /** Each with the field it is about. */
  readonly causes: readonly { reason?: string; message?: string; field?: string }[];
}

/** The client's own text buries the sentence among headers. */
export function refusalOf(error: unknown): Refusal {
  if (!(error instanceof ApiException)) {
    return { code: 0, message: error instanceof Error ? error.message : String(error), causes: [] };
  }
  try {
    const status = JSON.parse(String(error.body)) as { message: string; details?: { causes?: Refusal["causes"] } };
    return { code: error.code, message: status.message, causes: status.details?.causes ?? [] };
  } catch {
    return { code: error.code, message: `HTTP ${error.code}`, causes: [] };
  }
}
