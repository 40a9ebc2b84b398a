import { AppsV1Api, CoreV1Api } from "@kubernetes/client-node";
import { apply, loadKubeConfig } from "../kubernetes/apply.ts";
import { waitUntil, type ManagedProcess } from "../process.ts";
import { manifest } from "./manifests.ts";
import { nodeName } from "./kubelet.ts";

/** Images of the cluster's own pods, and where they are found. */
export interface AddOns {
  readonly dnsAddress: string;
  /** Folder on the node in which volumes are made. */
  readonly volumeFolder: string;
  readonly images: { readonly coredns: string; readonly localPathProvisioner: string; readonly helper: string };
}

/** Applies the cluster's own pods: names by CoreDNS, and volumes of the class "standard" by local-path-provisioner. */
export async function applyAddOns(cluster: { kubeconfigFile: string }, addOns: AddOns): Promise<void> {
  const { dnsAddress, volumeFolder, images } = addOns;
  await apply(cluster, manifest("coredns", { dnsAddress, image: images.coredns }));
  await apply(
    cluster,
    manifest("localPath", { volumeFolder, image: images.localPathProvisioner, helperImage: images.helper }),
  );
}

const deployments = [
  { namespace: "kube-system", name: "coredns" },
  { namespace: "local-path-storage", name: "local-path-provisioner" },
];

/** Waits until the node takes pods. */
export async function waitForNode(cluster: { kubeconfigFile: string }, processes: ManagedProcess[]): Promise<void> {
  const core = loadKubeConfig(cluster.kubeconfigFile).makeApiClient(CoreV1Api);
  await waitUntil(
    async () => {
      const { status } = await core.readNode({ name: nodeName });
      return status?.conditions?.some((one) => one.type === "Ready" && one.status === "True") ?? false;
    },
    { what: "the node to be ready", processes },
  );
}

/** Waits until the cluster's own pods are ready. */
export async function waitForAddOns(cluster: { kubeconfigFile: string }, processes: ManagedProcess[]): Promise<void> {
  const apps = loadKubeConfig(cluster.kubeconfigFile).makeApiClient(AppsV1Api);
  for (const deployment of deployments)
    await waitUntil(
      async () => ((await apps.readNamespacedDeployment(deployment)).status?.availableReplicas ?? 0) > 0,
      { what: `${deployment.name} to be available`, timeoutSeconds: 120, processes },
    );
}
