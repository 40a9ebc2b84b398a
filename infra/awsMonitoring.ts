import type { AwsFoundation } from "./awsFoundation.ts";
import { storageClassName } from "./cluster/storageClass.ts";
import type { AwsPlatformConfig } from "./config/parseConfig.ts";
import type { Generators } from "./generators.ts";
import { KubePrometheusStack } from "./monitoring/kubePrometheusStack.ts";
import { MonitoringNamespace } from "./monitoring/monitoringNamespace.ts";

/** Prometheus, Alertmanager and Grafana. */
export function createAwsMonitoring(
  config: AwsPlatformConfig,
  { cluster }: AwsFoundation,
  generators: Generators,
): void {
  const { size, safety, network } = config;
  const providers = { kubernetes: cluster.provider, ...generators };
  const namespace = new MonitoringNamespace(
    "monitoring-namespace",
    { vpcCidr: network.cidr },
    { providers, dependsOn: [...cluster.ready] },
  );
  new KubePrometheusStack(
    "monitoring",
    {
      size,
      storageClassName,
      // As long as logs: an incident is read from both.
      retentionDays: safety.logRetentionDays,
      replicas: safety.multiAz ? 2 : 1,
    },
    { providers, dependsOn: [namespace] },
  );
}
