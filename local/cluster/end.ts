import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { waitUntil } from "../process.ts";
import { isRunning, signalIfRunning } from "../processIdentity.ts";
import { clusterCgroups, daemonsIn, removeCgroup } from "./cgroup.ts";
import { clusterNetwork, disconnect } from "./network.ts";
import { readState, sharedFolder, type ClusterState } from "./state.ts";
import { withNumbers } from "./withNumbers.ts";

/** In which the kernel ends what was in a namespace whose first process has just died. */
const dyingSeconds = 10;

/** Ends the cluster in this folder, alive or dead, and removes the folder. Returns when nothing of it is left. */
export async function end(folder: string, graceSeconds = dyingSeconds): Promise<void> {
  const state = readState(folder);
  if (state !== undefined) await endProcesses(state, graceSeconds);
  rmSync(folder, { recursive: true, force: true });
}

async function endProcesses({ supervisor, cgroup, number }: ClusterState, graceSeconds: number): Promise<void> {
  const remove = async (): Promise<void> => {
    await removeCgroup(cgroup);
    await disconnect(clusterNetwork(number));
  };
  if (isRunning(supervisor)) {
    // Not asked first: its data is thrown away, and the kernel ends all that is in its namespaces.
    signalIfRunning(supervisor, "SIGKILL");
    await waitUntil(() => !isRunning(supervisor), { what: "the cluster to end", timeoutSeconds: 10, intervalMs: 20 });
    await remove();
  } else {
    await withNumbers(async () => {
      // After a restart of the machine, say, another cluster may have the number: its processes stay.
      if (await isEmptied(cgroup, graceSeconds)) await remove();
    });
  }
}

function isEmptied(cgroup: string, timeoutSeconds: number): Promise<boolean> {
  const wait = { what: `the processes in ${cgroup} to end`, timeoutSeconds, intervalMs: 50 };
  return waitUntil(() => daemonsIn(cgroup) === 0, wait).then(
    () => true,
    () => false,
  );
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
  await withNumbers(async () => {
    for (const { name, number } of clusterCgroups().filter((one) => daemonsIn(one.name) === 0)) {
      await removeCgroup(name);
      await disconnect(clusterNetwork(number));
      lines.push(`${name}: control groups of a dead cluster removed`);
    }
  });
  return lines;
}
