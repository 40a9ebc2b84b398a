import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { waitUntil } from "../process.ts";
import { isRunning, signalIfRunning } from "../processIdentity.ts";
import { clusterCgroups, removeCgroup } from "./cgroup.ts";
import { clusterNetwork, disconnect } from "./network.ts";
import { readState, sharedFolder } from "./state.ts";

/** Ends the cluster in this folder, alive or dead, and removes the folder. Returns when nothing of it is left. */
export async function end(folder: string): Promise<void> {
  const state = readState(folder);
  if (state !== undefined) {
    const { supervisor, cgroup, number } = state;
    // Not asked first: its data is thrown away, and the kernel ends all that is in its namespaces.
    signalIfRunning(supervisor, "SIGKILL");
    await waitUntil(() => !isRunning(supervisor), { what: "the cluster to end", timeoutSeconds: 10, intervalMs: 20 });
    await removeCgroup(cgroup);
    await disconnect(clusterNetwork(number));
  }
  rmSync(folder, { recursive: true, force: true });
}

/** Ends the clusters that a run which is dead has left in its folder, whether they still run or not. */
export async function endClustersIn(runFolder: string): Promise<void> {
  const folders = readdirSync(runFolder).map((name) => join(runFolder, name));
  for (const folder of folders) if (readState(folder) !== undefined) await end(folder);
}

/** Removes what else is left of clusters that were killed; returns a line for each. A living one is left alone. */
export async function endDeadClusters(): Promise<string[]> {
  const lines: string[] = [];
  const shared = readState(sharedFolder);
  if (shared !== undefined && !isRunning(shared.supervisor)) {
    await end(sharedFolder);
    lines.push(`${sharedFolder}: dead cluster removed`);
  }
  // Of clusters whose folder has gone, or lay elsewhere.
  for (const { name, number } of clusterCgroups().filter(({ processes }) => processes === 0)) {
    await removeCgroup(name);
    await disconnect(clusterNetwork(number));
    lines.push(`${name}: control groups of a dead cluster removed`);
  }
  return lines;
}
