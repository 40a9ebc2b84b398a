import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { startControlPlane, type ControlPlane } from "../kubernetes/controlPlane.ts";
import { startMetricsServer } from "../kubernetes/metricsServer.ts";
import type { ManagedProcess } from "../process.ts";
import { say } from "../progress.ts";
import { applyAddOns, waitForAddOns, waitForNode } from "./addOns.ts";
import { startContainerd } from "./containerd.ts";
import { copyImageStore } from "./imageStore.ts";
import { startKubelet } from "./kubelet.ts";
import { startKubeProxy } from "./kubeProxy.ts";
import { startNetworkPolicies } from "./networkPolicy.ts";
import type { NodeSettings } from "./nodeSettings.ts";
import { writePodNetwork } from "./podNetwork.ts";

/** Where the API server of every cluster listens, each at an address of its own. */
export const apiServerPort = 6443;

// A running cluster is used as a real one is: upstream's periods, unless told otherwise.
const upstreamHpa = {
  hpaSyncSeconds: 15,
  hpaDownscaleStabilizationSeconds: 300,
  hpaInitialReadinessDelaySeconds: 30,
  hpaCpuInitializationSeconds: 300,
};

/** A node that takes pods, and all programs that the cluster is made of. */
export interface RunningNode {
  readonly controlPlane: ControlPlane;
  readonly processes: readonly ManagedProcess[];
}

/** Starts a whole cluster of one node inside namespaces made for it. Returns when pods, names, volumes and metrics work. */
export async function startNode(settings: NodeSettings): Promise<RunningNode> {
  const { network } = settings;
  say("starting the control plane and the container runtime");
  const [controlPlane, containerd] = await Promise.all([startManagement(settings), startRuntime(settings)]);
  say("starting the node");
  const folder = join(settings.folder, "node");
  const { nodeAddress, podCidr, serviceCidr, dnsAddress } = network;
  const [kubelet, kubeProxy] = await Promise.all([
    startKubelet(controlPlane, { folder, nodeAddress, dnsAddress, cgroupRoot: settings.cgroupRoot }),
    startKubeProxy(controlPlane, { folder, podCidr, nodeAddress }),
    applyAddOns(controlPlane, {
      ...{ dnsAddress, images: settings.images, volumeFolder: join(settings.folder, "volumes") },
    }),
  ]);
  const processes = [containerd, kubelet, kubeProxy];
  await waitForNode(controlPlane, processes);
  // It looks for its node once, and ends where it finds none.
  processes.push(await startNetworkPolicies(controlPlane, { folder, serviceCidr }));
  say("the node is ready; starting metrics-server, waiting for CoreDNS and the provisioner of volumes");
  const [metricsServer] = await Promise.all([startMetricsServer(controlPlane), waitForAddOns(controlPlane, processes)]);
  return { controlPlane, processes: [...controlPlane.processes(), ...processes, metricsServer.process] };
}

async function startManagement({ network, hpa }: NodeSettings): Promise<ControlPlane> {
  const { nodeAddress: address, serviceCidr: cidr, apiServerAddress: apiServer } = network;
  return startControlPlane({
    ...upstreamHpa,
    ...hpa,
    endpoint: { address, port: apiServerPort, services: { cidr, apiServer } },
    // Real pods, their logs and watches of a whole stack.
    memoryFactor: 2,
    controllerManagerFlags: [
      "--allocate-node-cidrs=true",
      `--cluster-cidr=${network.podCidr}`,
      `--node-cidr-mask-size=${network.podCidr.split("/")[1] ?? ""}`,
    ],
  });
}

async function startRuntime(settings: NodeSettings): Promise<ManagedProcess> {
  const folder = join(settings.folder, "node");
  const root = join(settings.folder, "containerd");
  mkdirSync(folder, { recursive: true });
  mkdirSync(root, { recursive: true });
  await copyImageStore(settings.imageStore, root);
  writePodNetwork(folder, settings.network.podCidr);
  return startContainerd({ folder, root, pauseImage: settings.images.pause });
}
