import { CoreV1Api, makeInformer, type V1Pod } from "@kubernetes/client-node";
import { loadKubeConfig } from "../kubernetes/apply.ts";

/** One pod as a watch sees it. */
export interface SeenPod {
  readonly name: string;
  /** Ready and not going away. */
  readonly ready: boolean;
  /** Of all its containers, since the pod began. */
  readonly restarts: number;
}

/** Is told what a watch sees. The same state may be told several times. */
export interface PodListener {
  present(pod: SeenPod): void;
  /** The object is deleted; its processes may still be finishing. */
  gone(name: string): void;
}

/** Whose pods: the name is the value of their label app.kubernetes.io/name. */
export interface PodsOf {
  readonly namespace: string;
  readonly name: string;
}

const retryMilliseconds = 500;

/** Tells every change of a workload's pods until the returned function is called. */
export async function watchPods(
  kubeconfigFile: string,
  { namespace, name }: PodsOf,
  listener: PodListener,
): Promise<() => Promise<void>> {
  const config = loadKubeConfig(kubeconfigFile);
  const api = config.makeApiClient(CoreV1Api);
  const labelSelector = `app.kubernetes.io/name=${name}`;
  const informer = makeInformer(
    config,
    `/api/v1/namespaces/${namespace}/pods`,
    () => api.listNamespacedPod({ namespace, labelSelector }),
    labelSelector,
  );
  let stopped = false;
  const tell = (pod: V1Pod): void => {
    const restarts = (pod.status?.containerStatuses ?? []).reduce((sum, { restartCount }) => sum + restartCount, 0);
    listener.present({ name: pod.metadata?.name ?? "", ready: isReady(pod), restarts });
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
