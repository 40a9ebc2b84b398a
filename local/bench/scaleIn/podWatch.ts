import { CoreV1Api, makeInformer, type V1Pod } from "@kubernetes/client-node";
import { loadKubeConfig } from "../../kubernetes/apply.ts";
import type { ControlPlane } from "../../kubernetes/controlPlane.ts";
import { namespace } from "../service.ts";
import type { LanePods } from "./lane.ts";

/** Does for consumers what a kubelet does for containers: starts them when their pod is Ready, ends them with it. */
export async function watchPods(
  { kubeconfigFile }: ControlPlane,
  lanes: ReadonlyMap<string, LanePods>,
): Promise<() => Promise<void>> {
  const config = loadKubeConfig(kubeconfigFile);
  const api = config.makeApiClient(CoreV1Api);
  const path = `/api/v1/namespaces/${namespace}/pods`;
  const informer = makeInformer(config, path, () => api.listNamespacedPod({ namespace }));
  const laneOf = ({ metadata }: V1Pod): LanePods | undefined => lanes.get(metadata?.labels?.["app"] ?? "");
  const tell = (pod: V1Pod): void => {
    const name = pod.metadata?.name ?? "";
    if (pod.metadata?.deletionTimestamp !== undefined) laneOf(pod)?.gone(name, isMarked(pod));
    else if (isReady(pod)) laneOf(pod)?.ready(name, pod.status?.podIP ?? "");
  };
  informer.on("add", tell);
  informer.on("update", tell);
  informer.on("delete", (pod) => {
    laneOf(pod)?.gone(pod.metadata?.name ?? "", isMarked(pod));
  });
  await informer.start();
  return () => informer.stop();
}

const isMarked = ({ metadata }: V1Pod): boolean =>
  metadata?.annotations?.["controller.kubernetes.io/pod-deletion-cost"] !== undefined;

function isReady({ status }: V1Pod): boolean {
  return status?.conditions?.some(({ type, status: value }) => type === "Ready" && value === "True") ?? false;
}
