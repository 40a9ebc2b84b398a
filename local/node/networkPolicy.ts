import { readFileSync } from "node:fs";
import { join } from "node:path";
import { apply } from "../kubernetes/apply.ts";
import { binary } from "../kubernetes/binaries.ts";
import type { ControlPlane } from "../kubernetes/controlPlane.ts";
import { startProcess, type ManagedProcess } from "../process.ts";
import { nodeName } from "./kubelet.ts";

/** Starts kube-router as the one who enforces NetworkPolicies, and as nothing else. */
export async function startNetworkPolicies(
  controlPlane: ControlPlane,
  options: { folder: string; serviceCidr: string },
): Promise<ManagedProcess> {
  await apply(controlPlane, readFileSync(join(import.meta.dirname, "manifests/kubeRouter.yaml"), "utf8"));
  const kubeconfig = await controlPlane.kubeconfigFor({ user: "kube-router" });
  return startProcess({
    name: "kube-router",
    command: await binary("kube-router"),
    folder: options.folder,
    env: { ...process.env, GOGC: "50", GOMEMLIMIT: "80MiB" },
    args: [
      "--run-firewall=true",
      "--run-router=false",
      "--run-service-proxy=false",
      "--run-loadbalancer=false",
      `--kubeconfig=${kubeconfig}`,
      `--hostname-override=${nodeName}`,
      `--service-cluster-ip-range=${options.serviceCidr}`,
      "--health-port=0",
      // It acts on each change anyway; this is for rules that somebody else removed.
      "--iptables-sync-period=5m",
      "--v=1",
    ],
  });
}
