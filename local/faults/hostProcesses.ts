import { readdirSync, readFileSync } from "node:fs";

/** Why containers' processes cannot be signalled from here; undefined: this machine runs them, and we are root. */
export function whyNoProcesses(): string | undefined {
  if (process.getuid?.() !== 0) return "only root may signal a container's process";
  const some = processes().some((pid) => read(pid, "cgroup").includes("kubepods"));
  return some ? undefined : "no container of a kubelet runs on this machine";
}

/** Kills the first process of a container, as the kernel does when memory runs out; no pod can do that to itself. */
export function killContainer(id: string): void {
  process.kill(Number(firstProcess(id)), "SIGKILL");
}

/** A file of /proc about the first process of a container. */
export const containerFile = (id: string, file: string): string => read(firstProcess(id), file);

/** Number 1 of the innermost namespace of processes. */
function firstProcess(id: string): string {
  const first = processes().find(
    (pid) => read(pid, "cgroup").includes(id) && /^NSpid:.*\t1$/m.test(read(pid, "status")),
  );
  if (first === undefined) throw new Error(`no process on this machine is the first one of container ${id}`);
  return first;
}

const processes = (): readonly string[] => readdirSync("/proc").filter((name) => /^\d+$/.test(name));

function read(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    // Ended meanwhile.
    return "";
  }
}
