import { stringify } from "yaml";

export interface HostService {
  name: string;
  namespace: string;
  port: number;
  /** Where the process listens; Kubernetes refuses loopback addresses. */
  address: string;
  targetPort: number;
}

/**
 * Manifests of a Service that leads to a process on this machine: without a selector, so that its endpoints are given
 * by hand. An aggregated API needs this; it accepts no Service of type ExternalName.
 */
export function hostService({ name, namespace, port, address, targetPort }: HostService): string {
  const service = {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, namespace },
    spec: { ports: [{ name: "https", port, targetPort }] },
  };
  const slice = {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: { name: `${name}-host`, namespace, labels: { "kubernetes.io/service-name": name } },
    addressType: "IPv4",
    ports: [{ name: "https", port: targetPort }],
    endpoints: [{ addresses: [address], conditions: { ready: true } }],
  };
  return [service, slice].map((one) => stringify(one)).join("---\n");
}
