import type { types } from "@pulumi/kubernetes";
import { selectorOf } from "./labels.ts";

type Spec = types.input.networking.v1.NetworkPolicySpec;
type Peer = types.input.networking.v1.NetworkPolicyPeer;
type Port = types.input.networking.v1.NetworkPolicyPort;

/** One direction of allowed TCP traffic. */
export interface Flow {
  /** Workloads of our own namespace. */
  readonly workloads?: readonly string[];
  /** Whole namespaces. */
  readonly namespaces?: readonly string[];
  /** Addresses, in CIDR notation. */
  readonly cidrs?: readonly string[];
  readonly ports: readonly (number | string)[];
}

export interface Traffic {
  readonly from?: readonly Flow[];
  readonly to?: readonly Flow[];
}

/** Pod Identity's agent on the node, and the public side of AWS's services: addresses of their endpoints change. */
export const toAws: readonly Flow[] = [
  { cidrs: ["169.254.170.23/32"], ports: [80] },
  { cidrs: ["0.0.0.0/0"], ports: [443] },
];

const dns: types.input.networking.v1.NetworkPolicyEgressRule = {
  to: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } } }],
  ports: [
    { protocol: "UDP", port: 53 },
    { protocol: "TCP", port: 53 },
  ],
};

/** A NetworkPolicy's spec: a workload's pods may take and make these connections and no others; names are always resolved. */
export function allowTraffic(name: string, { from = [], to = [] }: Traffic): Spec {
  return {
    podSelector: { matchLabels: selectorOf(name) },
    policyTypes: ["Ingress", "Egress"],
    ingress: from.map((flow) => ({ from: peersOf(flow), ports: portsOf(flow) })),
    egress: [dns, ...to.map((flow) => ({ to: peersOf(flow), ports: portsOf(flow) }))],
  };
}

const portsOf = ({ ports }: Flow): Port[] => ports.map((port) => ({ protocol: "TCP", port }));

function peersOf({ workloads = [], namespaces = [], cidrs = [] }: Flow): Peer[] {
  return [
    ...workloads.map((name): Peer => ({ podSelector: { matchLabels: selectorOf(name) } })),
    ...namespaces.map((name): Peer => ({
      namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": name } },
    })),
    ...cidrs.map((cidr): Peer => ({ ipBlock: { cidr } })),
  ];
}
