import { mkdirSync } from "node:fs";
import { lock } from "../cache.ts";
import { buildImages, type ImageArchive } from "../images/images.ts";
import { binary, type Program } from "../kubernetes/binaries.ts";
import type { HpaTiming } from "../kubernetes/controlPlaneFlags.ts";
import { onShutdown, temporaryFolder } from "../process.ts";
import { isRunning } from "../processIdentity.ts";
import { unregister } from "../run.ts";
import { requireClusters } from "./cannotRunClusters.ts";
import { end } from "./end.ts";
import { isUsable } from "./health.ts";
import { kubeconfigIn, launch } from "./launch.ts";
import { loadImages } from "./loadImages.ts";
import { readState, sharedFolder } from "./state.ts";

/** A real Kubernetes cluster of one node on this machine. */
export interface Cluster {
  /** Kubeconfig of its administrator. */
  readonly kubeconfigFile: string;
  /** This machine as seen from the cluster. */
  readonly hostAddress: string;
  /** Where the API server is, at port 6443. */
  readonly nodeAddress: string;
  /** Its files and logs; removed by `stop`. */
  readonly folder: string;
  /** Ends it and removes everything of it. */
  stop(): Promise<void>;
}

/** All absent: a temporary folder, all images of the local stack, and upstream's periods. */
export interface ClusterOptions {
  /** Exists and is empty. */
  readonly folder?: string;
  /** Images the pods may use; at least those of the cluster itself. */
  readonly images?: readonly ImageArchive[];
  readonly hpa?: HpaTiming;
}

/** What runs on the node; each is built the first time. */
export const nodePrograms: readonly Program[] = [
  ...(["etcd", "kube-apiserver", "kubelet", "kube-router", "coredns"] as const),
  ...(["local-path-provisioner", "metrics-server", "kubectl"] as const),
];

/** Starts a private cluster, which ends with this run at the latest. Several at once do not meet. Needs root. */
export async function startCluster(options: ClusterOptions = {}): Promise<Cluster> {
  requireClusters();
  const folder = options.folder ?? temporaryFolder("cluster");
  const stop = async (): Promise<void> => {
    forget();
    const supervisor = readState(folder)?.supervisor;
    await end(folder);
    if (supervisor !== undefined) unregister(supervisor.pid);
  };
  const forget = onShutdown(stop);
  try {
    await begin(folder, options, "cluster");
  } catch (error) {
    await stop();
    throw error;
  }
  return clusterIn(folder, stop);
}

/** The cluster of `make cluster`, with today's images: the running one, or a new one, which goes on when this process ends. */
export async function ensureCluster(): Promise<Cluster> {
  requireClusters();
  return alone(async () => {
    if (await isUsable(sharedFolder)) await loadImages(sharedFolder, await buildImages());
    else {
      // What a killed one has left.
      await end(sharedFolder);
      // Below it are volumes that any user may write to, as their pods want it.
      mkdirSync(sharedFolder, { recursive: true, mode: 0o700 });
      // A start that is interrupted leaves nothing; a cluster that has started stays.
      const forget = onShutdown(() => end(sharedFolder));
      await begin(sharedFolder, {}).catch(async (error: unknown) => {
        await end(sharedFolder);
        throw error;
      });
      forget();
    }
    return clusterIn(sharedFolder, endShared);
  });
}

/** Ends the cluster of `make cluster`, alive or dead; nothing happens when there is none. */
export async function endShared(): Promise<void> {
  await alone(() => end(sharedFolder));
}

/** One at a time, over all processes: nobody ends what another one is starting. */
async function alone<Result>(task: () => Promise<Result>): Promise<Result> {
  const release = await lock(`${sharedFolder}.lock`, "cluster");
  try {
    return await task();
  } finally {
    await release();
  }
}

/** With `owner`, the name under which this run kills it at its own end, however that comes. */
async function begin(folder: string, options: ClusterOptions, owner?: string): Promise<void> {
  // One after the other: each Go build already uses all cores.
  for (const program of nodePrograms) await binary(program);
  const images = options.images ?? (await buildImages());
  await launch({ folder, images, hpa: options.hpa ?? {}, ...(owner === undefined ? {} : { owner }) });
}

function clusterIn(folder: string, stop: () => Promise<void>): Cluster {
  const state = readState(folder);
  if (state === undefined || !isRunning(state.supervisor)) throw new Error(`no cluster runs in ${folder}`);
  const { hostAddress, nodeAddress } = state;
  return { kubeconfigFile: kubeconfigIn(folder), hostAddress, nodeAddress, folder, stop };
}
