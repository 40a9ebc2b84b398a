import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { programVersion } from "../kubernetes/binaries.ts";
import type { HpaTiming } from "../kubernetes/controlPlaneFlags.ts";
import type { ImageArchive } from "../images/images.ts";
import { imageStore } from "../node/imageStore.ts";
import { installNodePackages } from "../node/packages.ts";
import { lastLines, waitUntil } from "../process.ts";
import { isRunning } from "../processIdentity.ts";
import { noteImages } from "./loadImages.ts";
import { startSupervisor } from "./supervisor.ts";

/** What a cluster is started with. */
export interface Launch {
  /** Exists; its path is the same inside. */
  readonly folder: string;
  readonly images: readonly ImageArchive[];
  readonly hpa: HpaTiming;
  /** Name under which it is registered, to be killed with this run; without one it outlives us. */
  readonly owner?: string;
}

const repository = "localhost/jobsprint";

/** A cold start on a busy machine: everything is read from disk for the first time. */
const startTimeoutSeconds = 300;

/** Kubeconfig of the cluster's administrator, there as soon as the cluster is ready. */
export const kubeconfigIn = (folder: string): string => join(folder, "kubeconfig");

/** Log of everything that starts the cluster; those of its programs are in the folders beside it. */
export const logIn = (folder: string): string => join(folder, "cluster.log");

/**
 * Starts a cluster in namespaces of its own and waits until it is ready. Whoever starts it sees to its end, also after
 * an error, by `end`.
 */
export async function launch({ folder, images, hpa, owner }: Launch): Promise<void> {
  await installNodePackages();
  const store = await imageStore(images);
  const supervisor = await startSupervisor({
    ...{ folder, hpa, imageStore: store, logFile: logIn(folder), owner },
    images: {
      pause: `${repository}/pause:1`,
      helper: `${repository}/base:1`,
      coredns: `${repository}/coredns:${programVersion("coredns")}`,
      localPathProvisioner: `${repository}/local-path-provisioner:${programVersion("local-path-provisioner")}`,
    },
  });
  const showLog = follow(logIn(folder));
  await waitUntil(
    () => {
      showLog();
      // Not waited for to the end: nothing will come of it.
      return existsSync(kubeconfigIn(folder)) || !isRunning(supervisor);
    },
    { what: "the cluster to be ready", timeoutSeconds: startTimeoutSeconds },
  );
  showLog();
  noteImages(folder, images);
  if (!isRunning(supervisor)) throw new Error(`the cluster ended while it started:\n${lastLines(logIn(folder))}`);
}

/** A function that copies to standard error what a log has got since the last call. */
function follow(file: string): () => void {
  let shown = 0;
  return () => {
    const text = readFileSync(file, "utf8");
    // Whole lines of progress; what programs print stays in the log.
    const lines = text.slice(shown, text.lastIndexOf("\n") + 1).split("\n");
    shown = text.lastIndexOf("\n") + 1;
    for (const line of lines) if (line.startsWith("[local]")) process.stderr.write(`${line}\n`);
  };
}
