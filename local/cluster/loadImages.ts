import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ImageArchive } from "../images/images.ts";
import { containerdSocket, ctr } from "../node/containerd.ts";
import { isRunning } from "../processIdentity.ts";
import { say } from "../progress.ts";
import { readState } from "./state.ts";

const file = (folder: string): string => join(folder, "images.json");
const keyOf = ({ reference, digest }: ImageArchive): string => `${reference}@${digest}`;

/** Notes which images the cluster in this folder has. */
export function noteImages(folder: string, images: readonly ImageArchive[]): void {
  writeFileSync(file(folder), JSON.stringify(images.map(keyOf), undefined, 2));
}

/** Reference → digest of the images that the cluster in this folder has. */
export function loadedImages(folder: string): ReadonlyMap<string, string> {
  return new Map(notedKeys(folder).map((key) => [key.replace(/@.*$/, ""), key.replace(/^.*@/, "")]));
}

function notedKeys(folder: string): readonly string[] {
  return existsSync(file(folder)) ? (JSON.parse(readFileSync(file(folder), "utf8")) as string[]) : [];
}

/**
 * Gives a running cluster the images that it lacks. Pods that run keep the image they were started with; the next one
 * of the same name takes the new one.
 */
export async function loadImages(folder: string, images: readonly ImageArchive[]): Promise<void> {
  const state = readState(folder);
  // The process that has a dead one's number now may see the machine's own containerd.
  if (state === undefined || !isRunning(state.supervisor)) throw new Error(`no cluster runs in ${folder}`);
  const loaded = notedKeys(folder);
  const missing = images.filter((image) => !loaded.includes(keyOf(image)));
  if (missing.length === 0) return;
  say(`loading the images ${missing.map(({ reference }) => reference.replace(/^.*\//, "")).join(", ")}`);
  // The way into another mount namespace that needs no entering.
  const socket = join(`/proc/${state.supervisor.pid}/root`, containerdSocket);
  for (const archive of new Set(missing.map((image) => image.archive)))
    await ctr(["images", "import", archive], socket);
  noteImages(folder, images);
}
