import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { binary } from "../kubernetes/binaries.ts";
import type { ControlPlane } from "../kubernetes/controlPlane.ts";
import { startProcess, type ManagedProcess } from "../process.ts";
import { nodeName } from "./kubelet.ts";

/** kube-proxy's configuration as an object of its API. */
export function kubeProxyConfiguration(options: { kubeconfig: string; podCidr: string; nodeAddress: string }): object {
  return {
    apiVersion: "kubeproxy.config.k8s.io/v1alpha1",
    kind: "KubeProxyConfiguration",
    mode: "nftables",
    clusterCIDR: options.podCidr,
    hostnameOverride: nodeName,
    bindAddress: options.nodeAddress,
    metricsBindAddress: "127.0.0.1:10249",
    healthzBindAddress: "127.0.0.1:10256",
    clientConnection: { kubeconfig: options.kubeconfig },
    // Limits of the whole machine, which are not ours to set.
    conntrack: { maxPerCore: 0 },
  };
}

/** Starts kube-proxy, which leads Services' addresses to their pods. */
export async function startKubeProxy(
  controlPlane: ControlPlane,
  options: { folder: string; podCidr: string; nodeAddress: string },
): Promise<ManagedProcess> {
  const { folder } = options;
  const kubeconfig = await controlPlane.kubeconfigFor({ user: "system:kube-proxy" });
  const file = join(folder, "kube-proxy.yaml");
  writeFileSync(file, stringify(kubeProxyConfiguration({ ...options, kubeconfig })));
  return startProcess({
    name: "kube-proxy",
    command: await binary("kube-proxy"),
    args: [`--config=${file}`],
    folder,
    env: { ...process.env, GOGC: "50", GOMEMLIMIT: "80MiB" },
  });
}
