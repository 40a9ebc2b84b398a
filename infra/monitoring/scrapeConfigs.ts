/** What Prometheus reads, whichever Prometheus it is. Pure. */
import { namespace, workloads } from "../naming.ts";

/** An item of Prometheus's `scrape_configs`, as far as it is used here. */
export interface ScrapeConfig {
  readonly job_name: string;
  readonly metrics_path: string;
  readonly params?: Readonly<Record<string, readonly string[]>>;
  readonly kubernetes_sd_configs: readonly {
    readonly role: "pod";
    readonly namespaces: { readonly names: string[] };
  }[];
  readonly relabel_configs: readonly Relabeling[];
}

interface Relabeling {
  readonly source_labels: readonly string[];
  readonly regex?: string;
  readonly action?: "keep" | "drop";
  readonly target_label?: string;
}

const meta = "__meta_kubernetes_pod";
const nameLabel = `${meta}_label_app_kubernetes_io_name`;

/** Rates over a minute have four samples. */
export const scrapeInterval = "15s";

/** A pod that tells metrics names that port so; a finished one keeps its address and answers no more. */
const telling: readonly Relabeling[] = [
  { source_labels: [`${meta}_container_port_name`], regex: "metrics", action: "keep" },
  { source_labels: [`${meta}_phase`], regex: "Succeeded|Failed", action: "drop" },
];

/** Labels of every series, in the words of Kubernetes. */
const labels: readonly Relabeling[] = [
  { source_labels: [nameLabel], target_label: "workload" },
  { source_labels: ["__meta_kubernetes_namespace"], target_label: "namespace" },
  { source_labels: [`${meta}_name`], target_label: "pod" },
  { source_labels: [`${meta}_node_name`], target_label: "node" },
];

const pods = [
  { role: "pod", namespaces: { names: [namespace] } },
] as const satisfies ScrapeConfig["kubernetes_sd_configs"];

/** Every pod of the platform by what it says of itself; of the broker also each queue, which its own page sums up. */
export const scrapeConfigs: readonly ScrapeConfig[] = [
  {
    job_name: "jobsprint",
    metrics_path: "/metrics",
    kubernetes_sd_configs: pods,
    relabel_configs: [...telling, ...labels],
  },
  {
    job_name: "jobsprint-queues",
    metrics_path: "/metrics/detailed",
    params: { family: ["queue_coarse_metrics", "queue_consumer_count"] },
    kubernetes_sd_configs: pods,
    relabel_configs: [...telling, { source_labels: [nameLabel], regex: workloads.rabbitmq, action: "keep" }, ...labels],
  },
];
