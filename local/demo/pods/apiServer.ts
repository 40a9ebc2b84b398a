import { Agent, type RequestOptions } from "node:https";
import { loadKubeConfig } from "../../kubernetes/apply.ts";
import { Client, type Address } from "../client.ts";

/** Where the platform is. */
export const namespace = "jobsprint";

/** An answer that takes longer counts as none: whatever is asked twice a second is worth no long wait. */
const answerSeconds = 5;

/** The API server of a kubeconfig, as an address for plain requests: for its objects, and for what its proxy leads to. */
export async function apiServerAddress(kubeconfigFile: string): Promise<Address> {
  const config = loadKubeConfig(kubeconfigFile);
  const url = config.getCurrentCluster()?.server;
  if (url === undefined) throw new Error(`${kubeconfigFile} has no current context`);
  const options: RequestOptions = {};
  await config.applyToHTTPSOptions(options);
  const { ca, cert, key, rejectUnauthorized, servername, headers } = options;
  return {
    url: url.replace(/\/$/, ""),
    // Not the one made there: it opens a connection for every request.
    agent: new Agent({
      keepAlive: true,
      ...{ ca, cert, key },
      ...(rejectUnauthorized === undefined ? {} : { rejectUnauthorized }),
      ...(servername === undefined ? {} : { servername }),
    }),
    // A token, where that is how the user signs in.
    headers: headers as Readonly<Record<string, string>>,
  };
}

/** A client of the API server. Close it at the end: its connections are kept. */
export async function connectApiServer(kubeconfigFile: string): Promise<Client> {
  return new Client({ ...(await apiServerAddress(kubeconfigFile)), timeoutSeconds: answerSeconds });
}

/** An object as the API server has it, or a list; undefined when it does not answer with one. */
export async function readObject<T>(api: Client, path: string): Promise<T | undefined> {
  return (await api.call("GET", path)).body as T | undefined;
}

export const corePath = `/api/v1/namespaces/${namespace}`;

/** What a pod serves, through the API server: its requests come from a node, which every NetworkPolicy lets in. */
export const podPath = (pod: string, port: number): string => `${corePath}/pods/${pod}:${port}/proxy`;

/** A pod that runs. */
export interface RunningPod {
  readonly name: string;
  /** ISO 8601, of its container's process; undefined while there is none. */
  readonly startedAt: string | undefined;
}

/** A workload's pods that run; none when the API server does not answer. */
export async function runningPods(api: Client, name: string): Promise<readonly RunningPod[]> {
  const selector = encodeURIComponent(`app.kubernetes.io/name=${name}`);
  const list = await readObject<PodList>(api, `${corePath}/pods?labelSelector=${selector}`);
  return (list?.items ?? [])
    .filter(({ status }) => status.phase === "Running")
    .map(({ metadata, status }) => ({
      name: metadata.name,
      startedAt: status.containerStatuses?.[0]?.state.running?.startedAt,
    }));
}

/** Names of a workload's pods that run; none when the API server does not answer. */
export async function podNames(api: Client, name: string): Promise<readonly string[]> {
  return (await runningPods(api, name)).map((pod) => pod.name);
}

interface PodList {
  readonly items: readonly {
    readonly metadata: { readonly name: string };
    readonly status: {
      readonly phase: string;
      readonly containerStatuses?: readonly { readonly state: { readonly running?: { readonly startedAt: string } } }[];
    };
  }[];
}
