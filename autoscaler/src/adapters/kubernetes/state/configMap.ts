import { CoreV1Api, PatchStrategy, setHeaderOptions, V1ConfigMap, V1ObjectMeta } from "@kubernetes/client-node";
import type { KubeConfig } from "@kubernetes/client-node";
import { statusCode } from "../api/apiError.ts";
import { callOptions } from "../api/client.ts";

/** Short enough that a write which was allowed ends before another process can have taken the lease. */
const callTimeoutSeconds = 2;

/** What a read gave; the version is what the next write has to name. */
export interface ConfigMapContent {
  readonly resourceVersion: string;
  readonly data: Readonly<Record<string, string>>;
}

/** One ConfigMap; each change names the version that it changes, so that of two writers one fails with 409. */
export class ConfigMap {
  readonly namespace: string;
  readonly name: string;
  readonly #api: CoreV1Api;

  constructor(kubeConfig: KubeConfig, namespace: string, name: string) {
    this.namespace = namespace;
    this.name = name;
    this.#api = kubeConfig.makeApiClient(CoreV1Api);
  }

  /** Undefined when there is none. */
  async read(signal: AbortSignal): Promise<ConfigMapContent | undefined> {
    const { namespace, name } = this;
    try {
      const map = await this.#api.readNamespacedConfigMap({ namespace, name }, callOptions(signal, callTimeoutSeconds));
      return { resourceVersion: versionOf(map), data: map.data ?? {} };
    } catch (error) {
      if (statusCode(error) === 404) return undefined;
      throw error;
    }
  }

  /** Resolves to the new version; rejects with 409 when there is one already. */
  async create(data: Record<string, string>, signal: AbortSignal): Promise<string> {
    const { namespace, name } = this;
    const metadata = Object.assign(new V1ObjectMeta(), { name, namespace });
    const body = Object.assign(new V1ConfigMap(), { metadata, data });
    return versionOf(
      await this.#api.createNamespacedConfigMap({ namespace, body }, callOptions(signal, callTimeoutSeconds)),
    );
  }

  /** Sets or, with null, removes keys. Resolves to the new version; rejects with 409 when it is not at `resourceVersion`, with 404 when it is gone. */
  async patch(resourceVersion: string, data: Record<string, string | null>, signal: AbortSignal): Promise<string> {
    const { namespace, name } = this;
    const options = setHeaderOptions("Content-Type", PatchStrategy.MergePatch, callOptions(signal, callTimeoutSeconds));
    const body = { metadata: { resourceVersion }, data };
    return versionOf(await this.#api.patchNamespacedConfigMap({ namespace, name, body }, options));
  }
}

/** Without it the next write could not be guarded, so the answer is refused. */
function versionOf(map: V1ConfigMap): string {
  const version = map.metadata?.resourceVersion;
  if (version === undefined) throw new Error("the answer has no resourceVersion");
  return version;
}
