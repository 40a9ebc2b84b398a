import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { endClustersIn, endDeadClusters } from "./cluster/end.ts";
import { unmountUnder } from "./mounts.ts";
import { builtFolder, runsFolder } from "./paths.ts";
import { identify, signalIfRunning } from "./processIdentity.ts";
import { readPidFile, type PidFile } from "./run.ts";

/** How long a server may take to end by itself. */
const graceMilliseconds = 2000;

/** Stops what runs that were killed have left behind, and removes their folders. A run that still lives is left alone. */
export async function clean(print: (line: string) => void): Promise<void> {
  for (const name of existsSync(runsFolder) ? readdirSync(runsFolder) : []) {
    if (isAlive(name)) {
      print(`${name}: still runs, left alone`);
      continue;
    }
    const folder = join(runsFolder, name);
    await endClustersIn(folder);
    const stopped = await stopAll(pidFiles(folder));
    unmountUnder(folder);
    rmSync(folder, { recursive: true, force: true });
    print(`${name}: ${stopped} processes stopped, folder removed`);
  }
  for (const line of await endDeadClusters()) print(line);
}

/** Removes the built parts too: the next run builds them again. */
export function removeBuilt(): void {
  unmountUnder(builtFolder);
  rmSync(builtFolder, { recursive: true, force: true });
}

/** The folder is named `<pid>-<start time>`, so that a reused pid is not taken for the run. */
function isAlive(name: string): boolean {
  const [pid = "", startTime] = name.split("-");
  return identify(Number(pid))?.startTime === startTime;
}

function pidFiles(folder: string): PidFile[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith(".pid.json"))
    .map((file) => readPidFile(join(folder, file)));
}

async function stopAll(files: readonly PidFile[]): Promise<number> {
  const left = files.filter(({ pid, startTime }) => identify(pid)?.startTime === startTime);
  for (const file of left) signalIfRunning(file, "SIGTERM");
  if (left.length > 0) await delay(graceMilliseconds);
  for (const file of left) signalIfRunning(file, "SIGKILL");
  return left.length;
}
