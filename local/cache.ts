import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { readdir, rm, stat, utimes } from "node:fs/promises";
import { dirname, join } from "node:path";
import { unmountUnder } from "./mounts.ts";
import { builtFolder } from "./paths.ts";
import { say, startProgress } from "./progress.ts";

/** Fills the folder, which exists and is empty; `report` names the step begun. Throws to have the folder discarded. */
export type Build = (folder: string, report: (step: string) => void) => Promise<void>;

/** Time without the lock after which the user is told who holds it. */
const patienceMs = 500;

/**
 * The folder of something that is built once for each version.
 * The build writes into a folder beside it, which is renamed when complete: an interrupted build is never taken for a
 * finished one. Two runs that need the same build: one builds, the other waits. A failed build leaves nothing behind.
 */
export async function cached(name: string, version: string, build: Build): Promise<string> {
  const folder = join(builtFolder, name, version);
  if (isCached(name, version)) return folder;
  const release = await lock(`${folder}.lock`, `${name} ${version}`);
  try {
    // Another run may have finished it while we waited.
    if (!existsSync(folder)) await buildInto(folder, `${name} ${version}`, build);
    return folder;
  } finally {
    await release();
  }
}

/** Whether `cached` would return at once. Without the lock: what is named so is complete and never changes again. */
export function isCached(name: string, version: string): boolean {
  return existsSync(join(builtFolder, name, version));
}

/** Removes the other versions of what changes often, once they have not been used for some hours. Call it at each use. */
export async function forgetUnused(name: string, version: string, hours: number): Promise<void> {
  const now = Date.now();
  await utimes(join(builtFolder, name, version), now / 1000, now / 1000);
  const others = await readdir(join(builtFolder, name), { withFileTypes: true });
  for (const other of others.filter((one) => one.isDirectory() && !one.name.endsWith(".partial"))) {
    const folder = join(builtFolder, name, other.name);
    // Another run may have removed it just now.
    const { mtimeMs } = await stat(folder).catch(() => ({ mtimeMs: now }));
    if (now - mtimeMs > hours * 3_600_000) await rm(folder, { recursive: true, force: true });
  }
}

async function buildInto(folder: string, name: string, build: Build): Promise<void> {
  const partial = `${folder}.partial`;
  // Mounts first: a removal would go through them into the host's own /proc and /dev.
  const discard = (): void => {
    unmountUnder(partial);
    rmSync(partial, { recursive: true, force: true });
  };
  // What a run that was killed in the middle has left.
  discard();
  mkdirSync(partial, { recursive: true });
  const progress = startProgress(name);
  try {
    await build(partial, (step) => {
      progress.step(step);
    });
    // The one step that counts: in the same folder, so that it is atomic.
    renameSync(partial, folder);
    progress.done("ready");
  } catch (error) {
    progress.done("failed");
    discard();
    throw error;
  }
}

/**
 * Holds an advisory lock between processes until released. A child holds it and ends when our end of its standard
 * input closes, so the lock never outlives us, not even after SIGKILL.
 */
export async function lock(path: string, what: string): Promise<() => Promise<void>> {
  mkdirSync(dirname(path), { recursive: true });
  const holder = spawn("flock", [path, "sh", "-c", "echo locked; exec cat >/dev/null"], {
    stdio: ["pipe", "pipe", "inherit"],
    // Its own group: Ctrl-C must not release the lock before our own shutdown is through.
    detached: true,
  });
  const ended = once(holder, "exit");
  const patience = setTimeout(() => {
    const owner = existsSync(path) ? readFileSync(path, "utf8").trim() : "";
    say(`${what}: waiting for process ${owner || "(unknown)"}, which builds it`);
  }, patienceMs);
  try {
    await Promise.race([
      // flock runs the shell only once it has the lock, so its first word is the news.
      once(holder.stdout, "data"),
      ended.then(() => Promise.reject(new Error(`cannot lock ${path}: flock (Debian package util-linux) failed`))),
    ]);
  } finally {
    clearTimeout(patience);
  }
  // For whoever waits next. The file stays: unlinking it would let two runs lock two different files.
  writeFileSync(path, `${process.pid}\n`);
  return async () => {
    holder.stdin.end();
    await ended;
  };
}
