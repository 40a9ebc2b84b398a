import {
  ApiException,
  KubeConfig,
  KubernetesObjectApi,
  loadAllYaml,
  PatchStrategy,
  type KubernetesObject,
} from "@kubernetes/client-node";

type DispatcherOptions = ReturnType<KubeConfig["createDispatcherOptions"]>;

/** HTTP/1.1 alone: HTTP/2 sessions of Node 24.21 were seen to spin for ever after their server had gone. */
class Http1KubeConfig extends KubeConfig {
  override createDispatcherOptions(...given: Parameters<KubeConfig["createDispatcherOptions"]>): DispatcherOptions {
    const options = super.createDispatcherOptions(...given);
    if (options.type !== "agent") return options;
    return { ...options, connect: Object.assign({}, options.connect, { allowH2: false }) };
  }
}

/** A client configuration for the API server of a kubeconfig file. */
export function loadKubeConfig(kubeconfigFile: string): KubeConfig {
  const config = new Http1KubeConfig();
  config.loadFromFile(kubeconfigFile);
  return config;
}

/**
 * Applies every document of a YAML text by server-side apply, in order, and returns what the API server stored.
 * Fails with the object's name and the API server's message at the first that is refused.
 */
export async function apply(cluster: { kubeconfigFile: string }, yamlText: string): Promise<KubernetesObject[]> {
  const api = KubernetesObjectApi.makeApiClient(loadKubeConfig(cluster.kubeconfigFile));
  // One by one, because a namespace has to exist before what is in it.
  const stored: KubernetesObject[] = [];
  // A document of comments alone is null.
  const objects = (loadAllYaml(yamlText) as (KubernetesObject | null | undefined)[]).filter((one) => one != null);
  for (const object of objects) {
    try {
      // Forced: a field that a controller or another client took over meanwhile is set again instead of refused.
      stored.push(await api.patch(object, undefined, undefined, "local", true, PatchStrategy.ServerSideApply));
    } catch (error) {
      const name = `${object.kind ?? "object"} ${object.metadata?.name ?? ""}`;
      throw new Error(`cannot apply ${name}: ${refusal(error)}`, { cause: error });
    }
  }
  return stored;
}

/** The API server's own sentence; the client's text buries it among headers. */
function refusal(error: unknown): string {
  if (!(error instanceof ApiException)) return String(error);
  try {
    return (JSON.parse(String(error.body)) as { message: string }).message;
  } catch {
    return `HTTP ${error.code}`;
  }
}
