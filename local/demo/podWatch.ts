import { CoreV1Api, makeInformer, type V1Pod } from "@kubernetes/client-node";
import { loadKubeConfig } from "../kubernetes/apply.ts";
import { workload } from "./cluster.ts";

/** Is told what a watch sees. The same state may be told several times. */
export interface PodListener {
  /** The pod exists; whether it is Ready and not going away. */
  present(name: string, ready: boolean): void;
  /** The object is deleted; its processes may still be finishing. */
  gone(name: string): void;
}

const retryMilliseconds = 500;

/** Tells every change of the workers' pods until the returned function is called. */
export async function watchPods(kubeconfigFile: string, listener: PodListener): Promise<() => Promise<void>> {
  const config = loadKubeConfig(kubeconfigFile);
  const api = config.makeApiClient(CoreV1Api);
  const { namespace, name } = workload;
  const labelSelector = `app.kubernetes.io/name=${name}`;
  const informer = makeInformer(
    config,
    `/api/v1/namespaces/${namespace}/pods`,
    () => api.listNamespacedPod({ namespace, labelSelector }),
    labelSelector,
  );
  let stopped = false;
  const tell = (pod: V1Pod): void => {
    listener.present(pod.metadata?.name ?? "", isReady(pod));
  };
  informer.on("add", tell);
  informer.on("update", tell);
  informer.on("delete", (pod) => {
    listener.gone(pod.metadata?.name ?? "");
  });
  informer.on("error", () => {
    // The informer ends at an error; a new start lists again.
    setTimeout(() => {
      if (!stopped) void informer.start().catch(() => undefined);
    }, retryMilliseconds).unref();
  });
  await informer.start();
  return async () => {
    stopped = true;
    await informer.stop();
  };
}

function isReady({ metadata, status }: V1Pod): boolean {
  const condition = status?.conditions?.find(({ type }) => type === "Ready");
  // A pod keeps its condition while it ends.
  return condition?.status === "True" && metadata?.deletionTimestamp === undefined;
}
