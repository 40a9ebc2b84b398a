import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { monitoringNamespace, ports } from "../naming.ts";

export interface MetricsAdapterArgs {
  /** Host of the cluster's Prometheus. */
  readonly prometheusHost: string;
}

const chart = {
  chart: "prometheus-adapter",
  version: "5.3.0",
  repositoryOpts: { repo: "https://prometheus-community.github.io/helm-charts" },
} as const;

/** The one metric that an HPA asks for; the chart's own rules would name it http_requests_per_second. */
const requestsPerSecond = {
  seriesQuery: 'http_requests_total{namespace!="",pod!=""}',
  resources: { overrides: { namespace: { resource: "namespace" }, pod: { resource: "pod" } } },
  name: { matches: "^http_requests_total$", as: "requests_per_second" },
  metricsQuery: "sum(rate(<<.Series>>{<<.LabelMatchers>>}[2m])) by (<<.GroupBy>>)",
};

/** Serves requests_per_second to the HPAs (custom.metrics.k8s.io). AWS only; depends on Prometheus. */
export class MetricsAdapter extends pulumi.ComponentResource {
  constructor(name: string, args: MetricsAdapterArgs, opts?: pulumi.ComponentResourceOptions) {
    super("jobsprint:monitoring:MetricsAdapter", name, args, opts);
    new k8s.helm.v3.Release(
      `${name}-release`,
      {
        ...chart,
        name: chart.chart,
        namespace: monitoringNamespace,
        atomic: true,
        timeout: 600,
        values: {
          prometheus: { url: `http://${args.prometheusHost}`, port: ports.prometheus },
          // Without an answer no HPA that asks lowers a count.
          replicas: 2,
          podDisruptionBudget: { enabled: true, maxUnavailable: 1 },
          rules: { default: false, custom: [requestsPerSecond] },
          resources: { requests: { cpu: "100m", memory: "128Mi" }, limits: { memory: "256Mi" } },
        },
      },
      { parent: this },
    );
    this.registerOutputs({});
  }
}
