import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** The network of the node's pods as a CNI configuration: one bridge that routes, without hiding any pod's address. */
export function podNetworkConfiguration(podCidr: string, dataFolder: string): string {
  const bridge = {
    type: "bridge",
    bridge: "pods",
    isGateway: true,
    // Members of a data layer must see each other's real addresses, and so must network policies.
    ipMasq: false,
    // A pod may reach itself through its Service.
    hairpinMode: true,
    ipam: {
      type: "host-local",
      ranges: [[{ subnet: podCidr }]],
      routes: [{ dst: "0.0.0.0/0" }],
      dataDir: dataFolder,
    },
  };
  const portMap = { type: "portmap", capabilities: { portMappings: true } };
  return JSON.stringify({ cniVersion: "1.0.0", name: "pods", plugins: [bridge, portMap] }, undefined, 2);
}

/** Writes the configuration where containerd looks for it. */
export function writePodNetwork(folder: string, podCidr: string): void {
  const configurations = join(folder, "cni");
  mkdirSync(configurations, { recursive: true });
  writeFileSync(
    join(configurations, "10-pods.conflist"),
    podNetworkConfiguration(podCidr, join(folder, "pod-addresses")),
  );
}
