import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ClusterNetwork } from "../cluster/network.ts";
import type { HpaTiming } from "../kubernetes/controlPlaneFlags.ts";
import type { AddOns } from "./addOns.ts";

/** What the program inside the namespaces is told from outside. */
export interface NodeSettings {
  /** Everything it writes, the same path inside and outside. */
  readonly folder: string;
  readonly network: ClusterNetwork;
  readonly cgroupRoot: string;
  /** Folder that `imageStore` has made. */
  readonly imageStore: string;
  readonly images: AddOns["images"] & { readonly pause: string };
  readonly hpa: HpaTiming;
}

const file = (folder: string): string => join(folder, "node.json");

/** Writes the settings into their folder. */
export function writeNodeSettings(settings: NodeSettings): void {
  writeFileSync(file(settings.folder), JSON.stringify(settings, undefined, 2));
}

/** Reads what `writeNodeSettings` wrote; its fields are trusted. */
export function readNodeSettings(folder: string): NodeSettings {
  return JSON.parse(readFileSync(file(folder), "utf8")) as NodeSettings;
}
