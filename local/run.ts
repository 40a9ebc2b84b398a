import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runsFolder } from "./paths.ts";
import { identify, signalIfRunning, type ProcessIdentity } from "./processIdentity.ts";

/** What is written about each process, for a later `clean` and for people who look. */
export interface PidFile extends ProcessIdentity {
  name: string;
  command: string;
}

/** Tasks that end what this run started, last started first ended. */
const shutdownTasks = new Set<() => Promise<void>>();
const running = new Map<number, ProcessIdentity>();
let folder: string | undefined;

/** The folder of this run, `<pid>-<start time>`: its name tells `clean` whether the run is over. */
export function runFolder(): string {
  if (folder !== undefined) return folder;
  // Made at the first need, so that a program that starts nothing leaves no folder and keeps its own signal handling.
  const startTime = identify(process.pid)?.startTime ?? "unknown";
  folder = join(runsFolder, `${process.pid}-${startTime}`);
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  installHandlers();
  return folder;
}

/** A new empty folder of this run. It is removed when the run ends, at the latest. */
export function temporaryFolder(name: string): string {
  // Readable by us alone: keys and credentials are put there.
  return mkdtempSync(join(runFolder(), `${name}-`));
}

const pidPath = (pid: number): string => join(runFolder(), `${pid}.pid.json`);

/** Records a process, so that `clean` finds it if this run is killed. */
export function register(name: string, command: string, pid: number): ProcessIdentity {
  // A process that ended at once matches no other by this.
  const identity = identify(pid) ?? { pid, startTime: "gone" };
  running.set(pid, identity);
  const content: PidFile = { name, command, ...identity };
  writeFileSync(pidPath(pid), JSON.stringify(content));
  return identity;
}

/** To be called when the process has gone: nothing would end it any more. */
export function unregister(pid: number): void {
  running.delete(pid);
  rmSync(pidPath(pid), { force: true });
}

/** Throws when the file is no JSON; its fields are trusted, since only `register` writes such files. */
export function readPidFile(path: string): PidFile {
  return JSON.parse(readFileSync(path, "utf8")) as PidFile;
}

/** Runs the task when the run is interrupted; the function returned takes it back. */
export function onShutdown(task: () => Promise<void>): () => void {
  // Installs the signal handlers, without which nobody would run the task.
  runFolder();
  shutdownTasks.add(task);
  return () => shutdownTasks.delete(task);
}

let ending: Promise<void> | undefined;

/** Ends everything this run started, in reverse order; one failure does not keep the rest alive. */
export function shutdown(): Promise<void> {
  // A second signal waits for the first one's work.
  ending ??= endAll().finally(() => {
    ending = undefined;
  });
  return ending;
}

async function endAll(): Promise<void> {
  for (const task of [...shutdownTasks].reverse()) {
    // Before it runs, so that a second shutdown does not run it again.
    shutdownTasks.delete(task);
    await task().catch((error: unknown) => {
      process.stderr.write(`[local] stop failed: ${String(error)}\n`);
    });
  }
}

function installHandlers(): void {
  const exitCodes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    // Not once: npm passes on what the terminal has sent already, and a signal without a listener would end us at once.
    process.on(signal, () => {
      void shutdown().finally(() => process.exit(exitCodes[signal]));
    });
  }
  // Also reached after an uncaught exception. Nothing can be awaited here, so what is left is killed.
  process.once("exit", () => {
    for (const identity of running.values()) signalIfRunning(identity, "SIGKILL");
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  });
}
