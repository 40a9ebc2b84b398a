import { spawn } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { programVersion } from "../kubernetes/binaries.ts";
import type { HpaTiming } from "../kubernetes/controlPlaneFlags.ts";
import type { ImageArchive } from "../images/images.ts";
import { imageStore } from "../node/imageStore.ts";
import { writeNodeSettings } from "../node/nodeSettings.ts";
import { installNodePackages } from "../node/packages.ts";
import { cacheFolder } from "../paths.ts";
import { lastLines, waitUntil } from "../process.ts";
import { identify, isRunning, type ProcessIdentity } from "../processIdentity.ts";
import { register } from "../run.ts";
import { createCgroup, type ClusterCgroup } from "./cgroup.ts";
import { noteImages } from "./loadImages.ts";
import { inNamespaces } from "./namespaces.ts";
import { clusterNetwork, connect, freeNumbers, hostRoutes, type ClusterNetwork } from "./network.ts";
import { writeState } from "./state.ts";

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
  const { network, cgroup } = await takeNumber();
  writeNodeSettings({
    ...{ folder, network, hpa, cgroupRoot: cgroup.podsRoot, imageStore: store },
    images: {
      pause: `${repository}/pause:1`,
      helper: `${repository}/base:1`,
      coredns: `${repository}/coredns:${programVersion("coredns")}`,
      localPathProvisioner: `${repository}/local-path-provisioner:${programVersion("local-path-provisioner")}`,
    },
  });
  const supervisor = start(folder, network, cgroup);
  writeState(folder, { ...network, supervisor, cgroup: cgroup.name });
  if (owner !== undefined) register(owner, "unshare", supervisor.pid);
  await connect(network, supervisor.pid);
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

async function takeNumber(): Promise<{ network: ClusterNetwork; cgroup: ClusterCgroup }> {
  for (const number of freeNumbers(await hostRoutes())) {
    const cgroup = createCgroup(number);
    if (cgroup !== undefined) return { network: clusterNetwork(number), cgroup };
  }
  throw new Error("no free network for a cluster: other clusters or routes of this host take all of 198.18.0.0/15");
}

/** Nothing of ours: proxies, credentials and settings of the caller are no business of a cluster. */
function environment(folder: string): NodeJS.ProcessEnv {
  const { PATH, HOME, LANG, KUBEBUILDER_ASSETS } = process.env;
  const given = { PATH, HOME, LANG, KUBEBUILDER_ASSETS };
  return {
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
    JOBSPRINT_CACHE: cacheFolder,
    // Its pids mean nothing outside: they must not lie among those of the host's runs.
    JOBSPRINT_RUNS: join(folder, "run"),
  };
}

function start(folder: string, network: ClusterNetwork, cgroup: ClusterCgroup): ProcessIdentity {
  const program = join(import.meta.dirname, "../node/main.ts");
  const { command, args } = inNamespaces(network, cgroup, [process.execPath, program, folder]);
  mkdirSync(folder, { recursive: true });
  const log = openSync(logIn(folder), "a", 0o600);
  // Its own session: a Ctrl-C in the terminal is not meant for it.
  const options = { detached: true, stdio: ["ignore", log, log], cwd: "/", env: environment(folder) } as const;
  const child = spawn(command, args, { ...options, stdio: [...options.stdio] });
  child.on("error", () => undefined);
  child.unref();
  closeSync(log);
  const identity = child.pid === undefined ? undefined : identify(child.pid);
  if (identity === undefined) throw new Error(`cannot start ${command}`);
  return identity;
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
