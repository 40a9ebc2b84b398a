import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ApiregistrationV1Api } from "@kubernetes/client-node";
import { freePort, startProcess, waitUntil, type ManagedProcess } from "../process.ts";
import { apply, loadKubeConfig } from "./apply.ts";
import { binary } from "./binaries.ts";
import { issueCertificate } from "./certificates.ts";
import type { ControlPlane } from "./controlPlane.ts";
import { hostService } from "./hostService.ts";
import { nodeAddress } from "./nodeAddress.ts";

/** How fresh the figures are. */
export interface MetricsServerOptions {
  /** Time between two readings of the nodes; 10 s when absent, the least that metrics-server takes. */
  resolutionSeconds?: number;
}

/** A running metrics-server; the APIService stays registered after its end, as unavailable. */
export interface MetricsServer {
  readonly process: ManagedProcess;
  stop(): Promise<void>;
}

/** The user of its requests, the name of its Service, and so a part of its certificate's names. */
const user = "metrics-server";
const namespace = "kube-system";

/**
 * The real metrics-server as a process, so that the API server serves metrics.k8s.io from what the nodes report.
 * Returns when its APIService is available; a pod's first metrics need two more readings.
 */
export async function startMetricsServer(
  controlPlane: ControlPlane,
  { resolutionSeconds = 10 }: MetricsServerOptions = {},
): Promise<MetricsServer> {
  // Built before it is registered: while an APIService has no server, discovery and deletions of namespaces fail.
  const command = await binary("metrics-server");
  const { folder, caFile, certificates } = controlPlane;
  const address = nodeAddress();
  const port = await freePort();
  await apply(controlPlane, manifests(address, port, readFileSync(caFile).toString("base64")));
  const kubeconfig = await controlPlane.kubeconfigFor({ user });
  const { certFile, keyFile } = await issueCertificate(folder, certificates.ca, {
    name: "metrics-server",
    commonName: user,
    // The aggregation layer checks the Service's name, whatever address it connects to.
    subjectAltNames: [`DNS:${user}.${namespace}.svc`, `IP:${address}`],
  });
  const server = startProcess({
    name: "metrics-server",
    command,
    folder,
    env: { ...process.env, GOGC: "50", GOMEMLIMIT: "80MiB" },
    args: [
      ...["kubeconfig", "authentication-kubeconfig", "authorization-kubeconfig"].map(
        (flag) => `--${flag}=${kubeconfig}`,
      ),
      // Not loopback, because its endpoint may not be there.
      `--bind-address=${address}`,
      `--secure-port=${port}`,
      `--tls-cert-file=${certFile}`,
      `--tls-private-key-file=${keyFile}`,
      "--kubelet-preferred-address-types=InternalIP",
      // Fake nodes share an address and state kwok's port.
      "--kubelet-use-node-status-port",
      `--kubelet-certificate-authority=${caFile}`,
      `--metric-resolution=${resolutionSeconds}s`,
      // It ends at once unless this is less than the resolution.
      `--kubelet-request-timeout=${resolutionSeconds / 2}s`,
    ],
  });
  const api = loadKubeConfig(controlPlane.kubeconfigFile).makeApiClient(ApiregistrationV1Api);
  try {
    await waitUntil(
      async () => {
        const { status } = await api.readAPIService({ name: "v1beta1.metrics.k8s.io" });
        return status?.conditions?.some(({ type, status: value }) => type === "Available" && value === "True") ?? false;
      },
      { what: "metrics.k8s.io to be available", processes: [server] },
    );
  } catch (error) {
    await server.stop();
    throw error;
  }
  return { process: server, stop: () => server.stop("SIGTERM", 2) };
}

/** The rights and the registration that metrics-server's own manifests give it. */
function manifests(address: string, port: number, caBundle: string): string {
  const rights = readFileSync(join(import.meta.dirname, "metricsServer.yaml"), "utf8");
  const registration = {
    apiVersion: "apiregistration.k8s.io/v1",
    kind: "APIService",
    metadata: { name: "v1beta1.metrics.k8s.io" },
    spec: {
      group: "metrics.k8s.io",
      version: "v1beta1",
      groupPriorityMinimum: 100,
      versionPriority: 100,
      caBundle,
      service: { name: user, namespace, port: 443 },
    },
  };
  return [
    rights,
    hostService({ name: user, namespace, port: 443, address, targetPort: port }),
    JSON.stringify(registration),
  ].join("\n---\n");
}
