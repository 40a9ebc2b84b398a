import { spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { signalIfRunning } from "./processIdentity.ts";
import { onShutdown, register, unregister } from "./run.ts";

export { freePort, freePorts } from "./ports.ts";
export { onShutdown, temporaryFolder } from "./run.ts";

/** What to start; the program's standard input is empty. */
export interface ProcessOptions {
  name: string;
  command: string;
  args: readonly string[];
  /** The server's temporary folder; its log is written there. */
  folder: string;
  /** The whole environment; the caller's own when absent. */
  env?: NodeJS.ProcessEnv;
  cwd?: string;
  /** Path of the log; `<folder>/<name>.log` when absent. Appended to, so that a restart keeps the story. */
  log?: string;
  uid?: number;
  gid?: number;
  /** What `stop` sends; SIGTERM when absent. */
  stopSignal?: NodeJS.Signals;
}

/** How a process ended: one of the two is null. */
export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** A process of this run. It never restarts: a server that does gets a new one of these. */
export interface ManagedProcess {
  readonly pid: number;
  readonly name: string;
  readonly logFile: string;
  /** Never rejects. */
  readonly exited: Promise<Exit>;
  /** Undefined while the process runs. */
  exit(): Exit | undefined;
  /** Asks the process to end, kills it after the grace period, and returns when it is gone. */
  stop(signal?: NodeJS.Signals, graceSeconds?: number): Promise<void>;
  /** Sends a signal and returns at once; nothing happens when the process has gone. */
  kill(signal: NodeJS.Signals): void;
}

/** Starts a program that is stopped with this run, however the run ends. Throws if it cannot be started. */
export function startProcess(options: ProcessOptions): ManagedProcess {
  const { name, command, args, folder, cwd, env, uid, gid } = options;
  mkdirSync(folder, { recursive: true });
  const logFile = options.log ?? join(folder, `${name}.log`);
  const log = openSync(logFile, "a", 0o600);
  const child = spawn(command, args, {
    stdio: ["ignore", log, log],
    ...(cwd === undefined ? {} : { cwd }),
    ...(env === undefined ? {} : { env }),
    ...(uid === undefined ? {} : { uid }),
    ...(gid === undefined ? {} : { gid }),
  });
  closeSync(log);
  // A failed start is thrown below; without a listener the event would end our process.
  child.on("error", () => undefined);
  const { pid } = child;
  if (pid === undefined) throw new Error(`cannot start ${name}: ${command} is missing or not executable`);

  const identity = register(name, command, pid);
  let exit: Exit | undefined;
  const exited = new Promise<Exit>((resolve) => {
    child.once("exit", (code, signal) => {
      exit = { code, signal };
      unregister(pid);
      forget();
      resolve(exit);
    });
  });
  const stop = async (signal = options.stopSignal ?? "SIGTERM", graceSeconds = 10): Promise<void> => {
    signalIfRunning(identity, signal);
    // Without a reference: the rest of a grace period must not keep our process alive.
    await Promise.race([exited, delay(graceSeconds * 1000, undefined, { ref: false })]);
    signalIfRunning(identity, "SIGKILL");
    await exited;
  };
  const forget = onShutdown(() => stop());
  return {
    pid,
    name,
    logFile,
    exited,
    exit: () => exit,
    stop,
    kill(signal) {
      signalIfRunning(identity, signal);
    },
  };
}

/** The last lines of a log, for an error message. */
export function lastLines(logFile: string, count = 20): string {
  try {
    return readFileSync(logFile, "utf8").trimEnd().split("\n").slice(-count).join("\n");
  } catch {
    return "(no log)";
  }
}

/** For what and how long to wait; 60 s, looked at every 100 ms, when absent. */
export interface WaitOptions {
  /** What is waited for, as the end of the sentence "waited for …". */
  what: string;
  timeoutSeconds?: number;
  intervalMs?: number;
  /** Waiting ends at once with an error when one of these dies. */
  processes?: readonly ManagedProcess[];
}

/**
 * Polls until the condition is true. A condition that throws is not true yet.
 * Fails with the last log lines when a process dies or the time is over.
 */
export async function waitUntil(condition: () => boolean | Promise<boolean>, options: WaitOptions): Promise<void> {
  const { what, timeoutSeconds = 60, intervalMs = 100, processes = [] } = options;
  const deadline = Date.now() + timeoutSeconds * 1000;
  for (;;) {
    // The condition before the deaths: a process may end because its work is done.
    const outcome = await attempt(condition);
    if (outcome === "true") return;
    const dead = processes.filter((one) => one.exit() !== undefined);
    if (dead.length > 0) {
      const exits = dead.map((one) => `${one.name} ended with ${JSON.stringify(one.exit())}`).join(", ");
      throw new Error(`waited for ${what}: ${exits}${quoteLogs(dead)}`);
    }
    if (Date.now() > deadline) {
      throw new Error(`waited ${timeoutSeconds} s for ${what}: ${outcome}${quoteLogs(processes)}`);
    }
    await delay(intervalMs);
  }
}

async function attempt(condition: () => boolean | Promise<boolean>): Promise<string> {
  try {
    return (await condition()) ? "true" : "not yet";
  } catch (error) {
    return error instanceof Error ? error.message : "the condition threw";
  }
}

function quoteLogs(processes: readonly ManagedProcess[]): string {
  return processes.map((one) => `\n--- ${one.name}: ${one.logFile}\n${lastLines(one.logFile)}`).join("");
}
