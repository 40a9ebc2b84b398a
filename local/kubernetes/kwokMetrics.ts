import { stringify } from "yaml";
import { podAnnotations } from "./kwokStages.ts";

const path = (node: string): string => `/metrics/nodes/${node}/metrics/resource`;

/** The node annotation that tells metrics-server where kwok serves the node's resource metrics. */
export function resourceMetricsAnnotation(node: string): Record<string, string> {
  return { "metrics.k8s.io/resource-metrics-path": path(node) };
}

/** Of what a figure is reported; kwok computes one for each. */
type Dimension = "container" | "pod" | "node";

// The names and labels of the kubelet's own /metrics/resource, which metrics-server reads.
const labels = {
  container: { container: "container.name", namespace: "pod.metadata.namespace", pod: "pod.metadata.name" },
  pod: { namespace: "pod.metadata.namespace", pod: "pod.metadata.name" },
  node: {},
} as const satisfies Record<Dimension, Record<string, string>>;

function metric(dimension: Dimension, name: string, kind: "counter" | "gauge", value: string): object {
  const entries = Object.entries(labels[dimension]).map(([label, from]) => ({ name: label, value: from }));
  return { name, dimension, kind, help: name, labels: entries, value };
}

/** Without it kwok serves no metrics page, and the HPA finds no figure for cpu. */
const resourceMetrics = {
  apiVersion: "kwok.x-k8s.io/v1alpha1",
  kind: "Metric",
  metadata: { name: "metrics-resource" },
  spec: {
    path: path("{nodeName}"),
    metrics: [
      metric("container", "container_start_time_seconds", "gauge", "pod.SinceSecond()"),
      metric("container", "container_cpu_usage_seconds_total", "counter", 'pod.CumulativeUsage("cpu", container.name)'),
      metric("container", "container_memory_working_set_bytes", "gauge", 'pod.Usage("memory", container.name)'),
      metric("pod", "pod_cpu_usage_seconds_total", "counter", 'pod.CumulativeUsage("cpu")'),
      metric("pod", "pod_memory_working_set_bytes", "gauge", 'pod.Usage("memory")'),
      metric("node", "node_cpu_usage_seconds_total", "counter", 'node.CumulativeUsage("cpu")'),
      metric("node", "node_memory_working_set_bytes", "gauge", 'node.Usage("memory")'),
    ],
  },
};

const fromAnnotation = (annotation: string, absent: string): { expression: string } => ({
  expression: `"${annotation}" in pod.metadata.annotations ? Quantity(pod.metadata.annotations["${annotation}"]) : Quantity("${absent}")`,
});

/** Constant for each pod: it does not fall as replicas rise, so an HPA on it runs to its maximum. */
const usage = {
  apiVersion: "kwok.x-k8s.io/v1alpha1",
  kind: "ClusterResourceUsage",
  metadata: { name: "usage-from-annotation" },
  spec: {
    usages: [
      {
        usage: { cpu: fromAnnotation(podAnnotations.cpu, "1m"), memory: fromAnnotation(podAnnotations.memory, "1Mi") },
      },
    ],
  },
};

/** A kwok configuration that serves each pod's use of cpu and memory from its annotations, as a kubelet would. */
export const kwokMetrics = [resourceMetrics, usage].map((one) => stringify(one, { lineWidth: 0 })).join("---\n");
