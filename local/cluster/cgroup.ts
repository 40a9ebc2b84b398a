import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  writeFileSync,
} from "node:fs";
import { availableParallelism } from "node:os";
import { basename, join } from "node:path";
import { waitUntil } from "../process.ts";
import { handDownControllers } from "./handDownControllers.ts";

/** Where every Linux distribution mounts the control groups. */
const root = "/sys/fs/cgroup";
const prefix = "jobsprint-";

/** The control groups of one cluster: one for the daemons, one for the kubelet's pods. */
export interface ClusterCgroup {
  readonly name: string;
  /** What joins this file's group belongs to the cluster: it tells a living cluster from what a dead one left. */
  readonly joinFile: string;
  /** The kubelet's cgroupRoot. */
  readonly podsRoot: string;
}

/** Every tree of control groups: one with cgroup v2, one for each controller with v1. */
function trees(): string[] {
  if (existsSync(join(root, "cgroup.controllers"))) return [root];
  const mounts = readFileSync("/proc/self/mounts", "utf8").split("\n");
  return mounts.flatMap((line) => {
    const [, path = "", type = ""] = line.split(" ");
    return /^cgroup2?$/.test(type) && path.startsWith(`${root}/`) ? [path] : [];
  });
}

/** The tree that numbers are taken in: with v1 any single one would do. */
function anchor(): string {
  const all = trees();
  const found = all.find((tree) => tree === root || basename(tree) === "pids") ?? all[0];
  if (found === undefined) throw new Error(`a cluster needs control groups: none are mounted below ${root}`);
  return found;
}

/** Makes the groups of the cluster with this number; undefined when another cluster has it: making a folder is atomic. */
export function createCgroup(number: number): ClusterCgroup | undefined {
  const name = `${prefix}${number}`;
  try {
    mkdirSync(join(anchor(), name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return undefined;
    throw error;
  }
  try {
    fillCgroup(name);
  } catch (error) {
    for (const tree of trees()) removeGroup(join(tree, name));
    throw error;
  }
  return { name, joinFile: join(anchor(), name, "system/cgroup.procs"), podsRoot: `/${name}/pods` };
}

function fillCgroup(name: string): void {
  for (const tree of trees()) {
    // A tree without controllers beside those of v1: the kubelet does not look there.
    if (tree !== root && existsSync(join(tree, "cgroup.controllers"))) continue;
    for (const group of [name, `${name}/pods`, `${name}/system`]) makeGroup(tree, group);
  }
}

function makeGroup(tree: string, group: string): void {
  const folder = join(tree, group);
  mkdirSync(folder, { recursive: true });
  const parent = join(folder, "..");
  // With v1 a new cpuset is empty, and nothing can be put into it.
  for (const file of ["cpuset.cpus", "cpuset.mems"])
    if (tree !== root && existsSync(join(folder, file)))
      writeFileSync(join(folder, file), readFileSync(join(parent, file), "utf8"));
  if (tree === root) handDownControllers(parent);
  weigh(folder);
}

/** A process's weight for each core: a new group has that of one process, so two busy ones beside it would starve all pods. */
function weigh(folder: string): void {
  const cores = availableParallelism();
  // Version 1 and 2; the kernel takes no weight above 10,000.
  const weights = { "cpu.shares": 1024 * cores, "cpu.weight": Math.min(100 * cores, 10_000) };
  for (const [file, weight] of Object.entries(weights))
    if (existsSync(join(folder, file))) writeFileSync(join(folder, file), String(weight));
}

/** Removes the groups once their last process has gone; fails when one stays for 30 s. */
export async function removeCgroup(name: string): Promise<void> {
  const folders = trees().map((tree) => join(tree, name));
  await waitUntil(() => folders.map(removeGroup).every(Boolean), {
    ...{ what: `the processes of the control group ${name} to end`, timeoutSeconds: 30, intervalMs: 50 },
  });
}

function removeGroup(folder: string): boolean {
  if (!existsSync(folder)) return true;
  const below = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  // All of them, not up to the first that stays.
  if (!below.map(({ name }) => removeGroup(join(folder, name))).every(Boolean)) return false;
  try {
    rmdirSync(folder);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EBUSY") return false;
    throw error;
  }
}

/** The clusters' groups, of dead ones too. */
export function clusterCgroups(): { name: string; number: number }[] {
  const isOurs = (name: string): boolean => new RegExp(`^${prefix}\\d+$`).test(name);
  const found = new Set(trees().flatMap((tree) => readdirSync(tree).filter(isOurs)));
  return [...found].map((name) => ({ name, number: Number(name.slice(prefix.length)) }));
}

/** How many daemons run in the groups of this name; 0 when there are none. */
export function daemonsIn(name: string): number {
  const file = join(anchor(), name, "system/cgroup.procs");
  return existsSync(file) ? readFileSync(file, "utf8").split("\n").filter(Boolean).length : 0;
}

/** Why no groups for a cluster can be made here; undefined when they can. */
export function whyNoCgroups(): string | undefined {
  try {
    const tree = anchor();
    accessSync(tree, constants.W_OK);
    const there =
      tree === root ? readFileSync(join(root, "cgroup.controllers"), "utf8").trim().split(" ") : readdirSync(root);
    const missing = ["cpu", "memory", "pids"].filter((name) => !there.includes(name));
    return missing.length === 0 ? undefined : `control groups lack ${missing.join(", ")}`;
  } catch (error) {
    return `control groups cannot be made: ${error instanceof Error ? error.message : String(error)}`;
  }
}
