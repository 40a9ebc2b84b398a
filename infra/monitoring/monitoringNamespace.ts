import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { allowTraffic } from "../kubernetes/traffic.ts";
import { monitoringNamespace, namespace } from "../naming.ts";

export interface MonitoringNamespaceArgs {
  /** Of nodes and of the API server's own interfaces. */
  readonly vpcCidr: string;
}

/** Ports of nodes: kubelet and node-exporter. */
const nodePorts = [10_250, 9100];

/** Where the API server calls into the namespace: the operator's webhook. */
const webhookPorts = [10_250];

const everyPort: number[] = [];

/** The namespace of kube-prometheus-stack. */
export class MonitoringNamespace extends pulumi.ComponentResource {
  readonly namespace: pulumi.Output<string>;

  constructor(name: string, args: MonitoringNamespaceArgs, opts?: pulumi.ComponentResourceOptions) {
    super("jobsprint:monitoring:MonitoringNamespace", name, args, opts);
    const parent = { parent: this };
    const own = new k8s.core.v1.Namespace(
      `${name}-namespace`,
      {
        metadata: {
          name: monitoringNamespace,
          labels: {
            // node-exporter reads the node's own files and network; everything else here would pass as restricted.
            "pod-security.kubernetes.io/enforce": "privileged",
            "pod-security.kubernetes.io/audit": "restricted",
            "pod-security.kubernetes.io/warn": "restricted",
          },
        },
      },
      parent,
    );
    this.namespace = own.metadata.name;
    const policy = (key: string, spec: k8s.types.input.networking.v1.NetworkPolicySpec): void => {
      const metadata = { name: key, namespace: this.namespace };
      new k8s.networking.v1.NetworkPolicy(`${name}-${key}`, { metadata, spec }, parent);
    };
    policy("default-deny", { podSelector: {}, policyTypes: ["Ingress", "Egress"] });
    // For all pods at once: which one of the chart's calls which other is the chart's own matter.
    policy("monitoring", { ...trafficOf(args.vpcCidr), podSelector: {} });
    this.registerOutputs({ namespace: this.namespace });
  }
}

const trafficOf = (vpcCidr: string): ReturnType<typeof allowTraffic> =>
  allowTraffic(monitoringNamespace, {
    from: [
      { namespaces: [monitoringNamespace], ports: everyPort },
      { cidrs: [vpcCidr], ports: webhookPorts },
    ],
    to: [
      { namespaces: [monitoringNamespace, namespace, "kube-system"], ports: everyPort },
      { cidrs: [vpcCidr], ports: nodePorts },
      // The API server.
      { cidrs: ["0.0.0.0/0"], ports: [443] },
    ],
  });
