import { globSync, readdirSync, readFileSync } from "node:fs";
import { runCommand } from "../command.ts";

/** Everything of this machine that a cluster could leave behind, as lines of text by kind. */
export type HostState = Readonly<Record<string, readonly string[]>>;

/** Settings of the kernel that belong to the whole machine and that Kubernetes likes to change. */
const settings = [
  "kernel/keys/root_maxbytes",
  "kernel/keys/root_maxkeys",
  "kernel/panic",
  "kernel/panic_on_oops",
  "net/ipv4/ip_forward",
  "vm/overcommit_memory",
  "vm/panic_on_oom",
];

/** Places outside the cluster's folder that its programs write to unless they are kept from it. */
const places = [
  "/opt/containerd",
  "/run/{containerd,runc,netns}/*",
  "/var/lib/{cni,containerd,kubelet}",
  "/var/lib/{cni/results,kubelet/device-plugins}/*",
  "/var/log/{containers,pods}",
];

/** Programs that nobody but a cluster starts. */
const daemons = /^(containerd|containerd-shim.*|coredns|kube-proxy|kube-router|kubelet|local-path-pro.*)$/;

/** What this machine is like now. */
export async function hostState(): Promise<HostState> {
  return {
    "control group": globSync(["/sys/fs/cgroup/**/{jobsprint-,kubepods,k8s.io}*"]),
    file: globSync(places),
    interface: await lines("ip", "-brief", "address", "show"),
    ipset: await lines("ipset", "list", "-name"),
    mount: readFileSync("/proc/self/mounts", "utf8").split("\n"),
    nftables: await lines("nft", "--stateless", "list", "ruleset"),
    process: readdirSync("/proc").flatMap(processOf),
    route: await lines("ip", "route", "show", "table", "all"),
    rule: await lines("ip", "rule", "show"),
    setting: settings.map((name) => `${name} = ${readFileSync(`/proc/sys/${name}`, "utf8").trim()}`),
  };
}

async function lines(command: string, ...args: string[]): Promise<string[]> {
  const output = await runCommand(command, args);
  return output.split("\n").filter((line) => line.trim() !== "");
}

function processOf(pid: string): string[] {
  if (!/^\d+$/.test(pid)) return [];
  try {
    const name = readFileSync(`/proc/${pid}/comm`, "utf8").trim();
    const groups = readFileSync(`/proc/${pid}/cgroup`, "utf8");
    // The group tells whose it is.
    return daemons.test(name) ? [`${name} ${pid} ${/jobsprint-\d+/.exec(groups)?.[0] ?? ""}`] : [];
  } catch {
    // It has gone meanwhile.
    return [];
  }
}

/** What is there now and was not before, as "kind: line". Other clusters, which may come and go, are left out. */
export function leftBehind(before: HostState, after: HostState, number: number): string[] {
  return Object.entries(after).flatMap(([kind, all]) => {
    const known = new Set(before[kind]);
    return all.filter((line) => !known.has(line) && !isOfAnother(line, number)).map((line) => `${kind}: ${line}`);
  });
}

function isOfAnother(line: string, number: number): boolean {
  // By its control group, its interface or one of its addresses.
  const found = /jobsprint-?(\d+)|198\.1[89]\.(\d+)\./.exec(line);
  return found !== null && Number(found[1] ?? found[2]) !== number;
}
