import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { binary } from "../kubernetes/binaries.ts";
import { issueCertificate, type Certificate } from "../kubernetes/certificates.ts";
import type { ControlPlane } from "../kubernetes/controlPlane.ts";
import { startProcess, type ManagedProcess } from "../process.ts";
import { containerdSocket } from "./containerd.ts";

/** Name of the only node. */
export const nodeName = "node";

/** More than the stack needs, and less than there are addresses for pods. */
const maxPods = 110;

/** The node the kubelet makes of this machine. */
export interface KubeletOptions {
  folder: string;
  nodeAddress: string;
  dnsAddress: string;
  /** Control group, made beforehand, in which the pods' ones are made. */
  cgroupRoot: string;
}

/** The kubelet's configuration as an object of its API. */
export function kubeletConfiguration(options: KubeletOptions, caFile: string, certificate: Certificate): object {
  const { folder, dnsAddress, cgroupRoot } = options;
  return {
    apiVersion: "kubelet.config.k8s.io/v1beta1",
    kind: "KubeletConfiguration",
    authentication: { anonymous: { enabled: false }, webhook: { enabled: true }, x509: { clientCAFile: caFile } },
    authorization: { mode: "Webhook" },
    tlsCertFile: certificate.certFile,
    tlsPrivateKeyFile: certificate.keyFile,
    containerRuntimeEndpoint: `unix://${containerdSocket}`,
    cgroupDriver: "cgroupfs",
    cgroupRoot,
    // By default it refuses the old kind of control groups, which serve as well.
    failCgroupV1: false,
    failSwapOn: false,
    clusterDomain: "cluster.local",
    clusterDNS: [dnsAddress],
    // The machine's own name servers cannot be reached from inside.
    resolvConf: join(folder, "resolv.conf"),
    podLogsDir: join(folder, "pod-logs"),
    volumePluginDir: join(folder, "volume-plugins"),
    maxPods,
    // Images are never pulled: one that was collected would not come back.
    imageGCHighThresholdPercent: 100,
    imageGCLowThresholdPercent: 99,
    // It sees the whole machine, whose full disk is not the pods' fault.
    evictionHard: { "memory.available": "100Mi", "nodefs.available": "1%", "imagefs.available": "1%" },
    nodeStatusUpdateFrequency: "5s",
    nodeStatusReportFrequency: "1m",
    // At the default of 5 events and 50 requests per second the start of a whole stack is slowed down.
    eventRecordQPS: 50,
    kubeAPIQPS: 100,
    kubeAPIBurst: 200,
    // Pods start in parallel: no image is ever pulled, which is what the default protects.
    serializeImagePulls: false,
    enableDebuggingHandlers: true,
  };
}

/** Starts the kubelet, which registers the node. Returns at once: the node is ready some seconds later. */
export async function startKubelet(controlPlane: ControlPlane, options: KubeletOptions): Promise<ManagedProcess> {
  const command = await binary("kubelet");
  const { folder, nodeAddress } = options;
  // The API server asks for a certificate of its own authority before it shows logs.
  const certificate = await issueCertificate(folder, controlPlane.certificates.ca, {
    ...{ name: "kubelet", commonName: `system:node:${nodeName}`, organizations: ["system:nodes"] },
    subjectAltNames: [`DNS:${nodeName}`, `IP:${nodeAddress}`],
  });
  const kubeconfig = await controlPlane.kubeconfigFor({ user: `system:node:${nodeName}`, groups: ["system:nodes"] });
  writeFileSync(join(folder, "resolv.conf"), "# No name servers beside the cluster's own.\n");
  const configuration = kubeletConfiguration(options, controlPlane.caFile, certificate);
  const configurationFile = join(folder, "kubelet.yaml");
  writeFileSync(configurationFile, stringify(configuration));
  const rootFolder = join(folder, "kubelet");
  mkdirSync(rootFolder, { recursive: true });
  return startProcess({
    name: "kubelet",
    command,
    folder,
    env: { ...process.env, GOGC: "50", GOMEMLIMIT: "150MiB" },
    args: [
      `--config=${configurationFile}`,
      `--kubeconfig=${kubeconfig}`,
      `--hostname-override=${nodeName}`,
      `--node-ip=${nodeAddress}`,
      `--root-dir=${rootFolder}`,
      "--node-labels=topology.kubernetes.io/zone=local,topology.kubernetes.io/region=local",
      "--v=1",
    ],
  });
}
