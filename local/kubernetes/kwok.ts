import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { CoreV1Api } from "@kubernetes/client-node";
import { stringify } from "yaml";
import { freePort, startProcess, waitUntil } from "../process.ts";
import { apply, loadKubeConfig } from "./apply.ts";
import { binary } from "./binaries.ts";
import { issueCertificate } from "./certificates.ts";
import type { ControlPlane } from "./controlPlane.ts";
import { kwokMetrics, resourceMetricsAnnotation } from "./kwokMetrics.ts";
import { kwokStages } from "./kwokStages.ts";

export interface KwokOptions {
  /** Number of fake nodes; 2 when absent. */
  nodes?: number;
  /** Time from a pod's running to its being ready; 0 when absent. A pod's annotation wins (see podAnnotations). */
  podReadySeconds?: number;
  /** Room on each node; 32 cores, 256Gi and 250 pods when absent. */
  nodeCapacity?: { cpu: string; memory: string; pods: string };
  /** Network of the pods' addresses; 10.245.0.0/16 when absent. Within 127.0.0.0/8, processes of this machine can bind them. */
  podCidr?: string;
}

export interface Kwok {
  readonly nodeNames: readonly string[];
  /** Ends kwok: the nodes' heartbeats cease and their pods stay as they are. */
  stop(): Promise<void>;
}

/** Fake nodes whose pods run without a container: the API server, scheduler and controllers see no difference. */
export async function startKwok(controlPlane: ControlPlane, options: KwokOptions = {}): Promise<Kwok> {
  const { nodes = 2, podReadySeconds = 0, nodeCapacity = { cpu: "32", memory: "256Gi", pods: "250" } } = options;
  if (!(podReadySeconds >= 0)) throw new RangeError(`podReadySeconds must be 0 or more, not ${podReadySeconds}`);
  const { podCidr = "10.245.0.0/16" } = options;
  const command = await binary("kwok");
  const { folder, certificates, kubeconfigFile } = controlPlane;
  const port = await freePort();
  const config = join(folder, "kwok.yaml");
  writeFileSync(config, [kwokStages(podReadySeconds), kwokMetrics].join("---\n"));
  const { certFile, keyFile } = await issueCertificate(folder, certificates.ca, {
    name: "kwok",
    commonName: "kwok",
    subjectAltNames: ["IP:127.0.0.1"],
  });
  const kwok = startProcess({
    name: "kwok",
    command,
    folder,
    env: { ...process.env, GOGC: "50", GOMEMLIMIT: "80MiB" },
    args: [
      `--kubeconfig=${kubeconfigFile}`,
      `--config=${config}`,
      "--manage-all-nodes=true",
      "--node-ip=127.0.0.1",
      `--node-port=${port}`,
      `--server-address=127.0.0.1:${port}`,
      `--tls-cert-file=${certFile}`,
      `--tls-private-key-file=${keyFile}`,
      // The lease is the heartbeat: without it the node lifecycle controller would evict the pods.
      "--node-lease-duration-seconds=40",
      `--cidr=${podCidr}`,
    ],
  });
  const nodeNames = Array.from({ length: nodes }, (_, index) => `fake-${index}`);
  try {
    await apply(controlPlane, nodeNames.map((name) => stringify(node(name, nodeCapacity))).join("---\n"));
    const core = loadKubeConfig(kubeconfigFile).makeApiClient(CoreV1Api);
    await waitUntil(
      async () => {
        const { items } = await core.listNode();
        const ready = items.filter(({ status, spec }) => {
          const condition = status?.conditions?.find(({ type }) => type === "Ready");
          // The taint of a new node is taken off a moment after it is ready; pods are not scheduled before.
          return condition?.status === "True" && (spec?.taints ?? []).length === 0;
        });
        return nodeNames.every((name) => ready.some(({ metadata }) => metadata?.name === name));
      },
      { what: "the fake nodes to be ready", processes: [kwok] },
    );
  } catch (error) {
    await kwok.stop();
    throw error;
  }
  return { nodeNames, stop: () => kwok.stop("SIGTERM", 2) };
}

function node(name: string, capacity: Required<KwokOptions>["nodeCapacity"]): object {
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: {
      name,
      annotations: resourceMetricsAnnotation(name),
      labels: {
        "kubernetes.io/hostname": name,
        "kubernetes.io/os": "linux",
        "kubernetes.io/arch": "amd64",
        // Each its own zone, so that spreading over zones can be satisfied.
        "topology.kubernetes.io/zone": `zone-${name}`,
        type: "kwok",
      },
    },
    status: { capacity, allocatable: capacity },
  };
}
