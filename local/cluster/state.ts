import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder } from "../paths.ts";
import type { ProcessIdentity } from "../processIdentity.ts";
import type { ClusterNetwork } from "./network.ts";

/** Everything of the cluster of `make cluster`. */
export const sharedFolder = join(cacheFolder, "cluster");

/** What is written about a cluster, for whoever uses or ends it. */
export interface ClusterState extends Pick<
  ClusterNetwork,
  "number" | "nodeAddress" | "hostAddress" | "podCidr" | "serviceCidr"
> {
  /** The process whose end is the cluster's end. */
  readonly supervisor: ProcessIdentity;
  /** Name of its control groups. */
  readonly cgroup: string;
}

const file = (folder: string): string => join(folder, "cluster.json");

/** Writes the state of the cluster in this folder. */
export function writeState(folder: string, state: ClusterState): void {
  // Renamed, so that nobody reads half a file.
  writeFileSync(`${file(folder)}.partial`, JSON.stringify(state, undefined, 2));
  renameSync(`${file(folder)}.partial`, file(folder));
}

/** The state of the cluster in this folder; undefined when there is none. */
export function readState(folder: string): ClusterState | undefined {
  return existsSync(file(folder)) ? (JSON.parse(readFileSync(file(folder), "utf8")) as ClusterState) : undefined;
}
