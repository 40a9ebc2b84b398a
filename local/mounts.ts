import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";

/** Mount points at or below the folder, deepest first. */
export function mountsUnder(folder: string): string[] {
  const root = resolve(folder);
  // Blanks in a path stand there as \040.
  return readFileSync("/proc/self/mounts", "utf8")
    .split("\n")
    .flatMap((line) => line.split(" ")[1] ?? [])
    .map((path) => path.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(parseInt(octal, 8))))
    .filter((path) => path === root || path.startsWith(`${root}/`))
    .sort((one, other) => other.length - one.length);
}

/** Unmounts everything below the folder. Throws if something stays: removing files through a mount would reach the host. */
export function unmountUnder(folder: string): void {
  // Lazily: a process that still looks into it must not keep it in the tree.
  for (const path of mountsUnder(folder)) spawnSync("umount", ["--lazy", path]);
  const left = mountsUnder(folder);
  if (left.length > 0) throw new Error(`cannot unmount ${left.join(", ")}`);
}
