import { containerFile, whyNoProcesses } from "./hostProcesses.ts";
import type { Pods } from "./pods.ts";

/** What the kernel says of a container's first process. */
export interface ProcessStatus {
  /** Effective user. */
  readonly uid: number;
  /** Effective capabilities, as hexadecimal bits. */
  readonly capabilities: string;
  readonly noNewPrivileges: boolean;
  /** 2: system calls go through a filter. */
  readonly seccomp: number;
  readonly rootWritable: boolean;
}

/** Reads /proc/1/status; undefined where the kernel tells no such field. */
export function parseStatus(text: string, rootWritable: boolean): ProcessStatus {
  const field = (name: string): string => new RegExp(`^${name}:\\s+(.*)$`, "m").exec(text)?.[1] ?? "";
  return {
    // Real, effective, saved and file system's.
    uid: Number(field("Uid").split("\t")[1]),
    capabilities: field("CapEff"),
    noNewPrivileges: field("NoNewPrivs") === "1",
    seccomp: Number(field("Seccomp")),
    rootWritable,
  };
}

/** What stands against the restricted profile; none: nothing does. */
export function violations({ uid, capabilities, noNewPrivileges, seccomp, rootWritable }: ProcessStatus): string[] {
  return [
    ...(uid > 0 ? [] : ["runs as root"]),
    ...(/^0+$/.test(capabilities) ? [] : [`has the capabilities ${capabilities}`]),
    ...(noNewPrivileges ? [] : ["may gain privileges"]),
    ...(seccomp === 2 ? [] : [`runs with seccomp mode ${seccomp}`]),
    ...(rootWritable ? ["can write to /"] : []),
  ];
}

const written = "could write";
const look = `cat /proc/1/status; if (: >/probe) 2>/dev/null; then echo "${written}"; fi`;

/** Asked inside; a container without a shell is looked at from the node, where that is this machine. */
export async function processStatus(pods: Pods, place: { pod: string; container: string }): Promise<ProcessStatus> {
  try {
    const text = await pods.exec(place, ["sh", "-c", look]);
    return parseStatus(text, text.includes(written));
  } catch (error) {
    if (whyNoProcesses() !== undefined) throw error;
    const id = await pods.containerId(place);
    // "36 35 98:0 / / ro,relatime …": the mount point is the fifth word, its options the sixth.
    const mounts = containerFile(id, "mountinfo").split("\n");
    const root = mounts.map((line) => line.split(" ")).find((words) => words[4] === "/");
    return parseStatus(containerFile(id, "status"), root?.[5]?.split(",").includes("ro") !== true);
  }
}
