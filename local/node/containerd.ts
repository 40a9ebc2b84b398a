import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runCommand } from "../command.ts";
import { startProcess, waitUntil, type ManagedProcess } from "../process.ts";
import { cniFolder } from "./packages.ts";

/** Where the container runtime keeps what it has and reads how pods are connected. */
export interface ContainerdOptions {
  /** Its configuration and log. */
  folder: string;
  /** Images and snapshots. */
  root: string;
  /** The image of the process that holds each pod's namespaces. */
  pauseImage: string;
}

/** The same path in every cluster: each has a /run of its own. */
export const containerdSocket = "/run/containerd/containerd.sock";

/** containerd's configuration file. */
export function containerdConfiguration({ folder, root, pauseImage }: ContainerdOptions): string {
  // Snapshotters and exporters that would only log that they cannot work here.
  const disabled = [
    ...["btrfs", "zfs", "aufs", "devmapper"].map((name) => `io.containerd.snapshotter.v1.${name}`),
    ...["internal.v1.tracing", "tracing.processor.v1.otlp"].map((name) => `io.containerd.${name}`),
  ];
  const cri = "io.containerd.grpc.v1.cri";
  return `version = 2
root = ${JSON.stringify(root)}
state = "/run/containerd"
disabled_plugins = ${JSON.stringify(disabled)}
[plugins."io.containerd.internal.v1.opt"]
  path = ${JSON.stringify(join(folder, "opt"))}
[plugins."${cri}"]
  sandbox_image = ${JSON.stringify(pauseImage)}
  disable_apparmor = true
  # As later versions have it by default: a pod's ports are its own, and its user need not be root for the low ones.
  enable_unprivileged_ports = true
  enable_unprivileged_icmp = true
  # Without the capability CAP_SYS_RESOURCE, which containers often lack, runc could not lower the score.
  restrict_oom_score_adj = true
  [plugins."${cri}".cni]
    bin_dir = ${JSON.stringify(cniFolder)}
    conf_dir = ${JSON.stringify(join(folder, "cni"))}
  [plugins."${cri}".containerd]
    snapshotter = "overlayfs"
  [plugins."${cri}".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
`;
}

/** Starts containerd and waits until it answers. */
export async function startContainerd(options: ContainerdOptions): Promise<ManagedProcess> {
  const { folder } = options;
  const file = join(folder, "containerd.toml");
  writeFileSync(file, containerdConfiguration(options));
  const containerd = startProcess({ name: "containerd", command: "containerd", args: ["--config", file], folder });
  await waitUntil(() => existsSync(containerdSocket) && ctr(["version"]).then(() => true), {
    ...{ what: "containerd to answer", timeoutSeconds: 30, intervalMs: 50, processes: [containerd] },
  });
  return containerd;
}

/** Runs containerd's client in the namespace of Kubernetes and returns its standard output. */
export function ctr(args: readonly string[], socket = containerdSocket): Promise<string> {
  return runCommand("ctr", ["--connect-timeout", "2s", "--address", socket, "--namespace", "k8s.io", ...args]);
}
