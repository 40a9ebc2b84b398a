import { stringify } from "yaml";

/** A process of this machine under a Service's name. */
export interface HostService {
  name: string;
  namespace: string;
  /** The Service's port, which clients in the cluster ask for. */
  port: number;
  /** Where the process listens; Kubernetes refuses loopback addresses. */
  address: string;
  /** The process's own port at the address. */
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
    // The label alone ties the slice to its Service.
    metadata: { name: `${name}-host`, namespace, labels: { "kubernetes.io/service-name": name } },
    addressType: "IPv4",
    // The same name as in the Service, or the API server finds no endpoint for its port.
    ports: [{ name: "https", port: targetPort }],
    endpoints: [{ addresses: [address], conditions: { ready: true } }],
  };
  return [service, slice].map((one) => stringify(one)).join("---\n");
}
