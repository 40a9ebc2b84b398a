import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import { writeNodeSettings, type NodeSettings } from "../node/nodeSettings.ts";
import { searchPath } from "../packages.ts";
import { cacheFolder } from "../paths.ts";
import { identify, signalIfRunning, type ProcessIdentity } from "../processIdentity.ts";
import { register } from "../run.ts";
import { createCgroup, removeCgroup, type ClusterCgroup } from "./cgroup.ts";
import { inNamespaces } from "./namespaces.ts";
import { clusterNetwork, connect, freeNumbers, hostRoutes, type ClusterNetwork } from "./network.ts";
import { writeState } from "./state.ts";
import { withNumbers } from "./withNumbers.ts";

/** What the cluster's first process is started with; its number, and all that follows from it, is found. */
export interface Supervisor extends Omit<NodeSettings, "network" | "cgroupRoot"> {
  readonly logFile: string;
  /** Name under which it is registered, to be killed with this run; without one it outlives us. */
  readonly owner: string | undefined;
}

/**
 * Starts the process whose end is the cluster's end, and joins it to this machine. From the moment that the state is in
 * the folder, `end` finds it; when that fails, nothing of it is left.
 */
export function startSupervisor(options: Supervisor): Promise<ProcessIdentity> {
  return withNumbers(async () => {
    const { network, cgroup } = await takeNumber();
    const supervisor = await begin(options, network, cgroup);
    if (options.owner !== undefined) register(options.owner, "unshare", supervisor.pid);
    await connect(network, supervisor.pid);
    return supervisor;
  });
}

async function begin(options: Supervisor, network: ClusterNetwork, cgroup: ClusterCgroup): Promise<ProcessIdentity> {
  const { folder, images, imageStore, hpa } = options;
  let supervisor: ProcessIdentity | undefined;
  try {
    writeNodeSettings({ folder, network, images, imageStore, hpa, cgroupRoot: cgroup.podsRoot });
    supervisor = start(options, network, cgroup);
    writeState(folder, { ...network, supervisor, cgroup: cgroup.name });
    return supervisor;
  } catch (error) {
    // Nobody finds what is not written down.
    if (supervisor !== undefined) signalIfRunning(supervisor, "SIGKILL");
    await removeCgroup(cgroup.name);
    throw error;
  }
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
  const { HOME, LANG, KUBEBUILDER_ASSETS } = process.env;
  const given = { PATH: searchPath(), HOME, LANG, KUBEBUILDER_ASSETS };
  return {
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
    JOBSPRINT_CACHE: cacheFolder,
    // Its pids mean nothing outside: they must not lie among those of the host's runs.
    JOBSPRINT_RUNS: join(folder, "run"),
  };
}

function start({ folder, logFile }: Supervisor, network: ClusterNetwork, cgroup: ClusterCgroup): ProcessIdentity {
  const program = join(import.meta.dirname, "../node/main.ts");
  const { command, args } = inNamespaces(network, cgroup, [process.execPath, program, folder]);
  const log = openSync(logFile, "a", 0o600);
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
