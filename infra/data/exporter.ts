import type { types } from "@pulumi/kubernetes";
import { monitoringNamespace, workloads } from "../naming.ts";
import { containerSecurity } from "../kubernetes/security.ts";
import { quantities } from "../kubernetes/quantities.ts";
import type { Flow } from "../kubernetes/traffic.ts";

type Container = types.input.core.v1.Container;

export interface ExporterOptions {
  readonly image: string;
  /** Where it serves /metrics. */
  readonly port: number;
  readonly args?: readonly string[];
  readonly mounts?: types.input.core.v1.VolumeMount[];
  /** Divides its share of the processor. */
  readonly divisor: number;
}

/** A program of so little work needs no size of its own, nor starts with less memory. */
const resources = { cpu: 0.1, memoryGi: 0.0625 };

/** Sidecar that translates a server's own figures into Prometheus's. */
export const exporterContainer = ({ image, port, args = [], mounts = [], divisor }: ExporterOptions): Container => ({
  name: "exporter",
  image,
  args: [...args],
  ports: [{ name: "metrics", containerPort: port }],
  resources: quantities(resources, { divisor, least: { memoryGi: resources.memoryGi } }),
  securityContext: containerSecurity,
  // Alive alone: a broken exporter must not take its server out of service.
  livenessProbe: { tcpSocket: { port: "metrics" }, periodSeconds: 30, failureThreshold: 4 },
  volumeMounts: mounts,
});

/** Prometheus reads the port `metrics`, from its own namespace or, without AWS, from ours. */
export const scrapes: Flow = {
  namespaces: [monitoringNamespace],
  workloads: [workloads.prometheus],
  ports: ["metrics"],
};
