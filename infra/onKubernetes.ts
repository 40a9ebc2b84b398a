import { PlatformNamespace } from "./cluster/platformNamespace.ts";
import type { LocalPlatformConfig } from "./config/parseConfig.ts";
import type { Generators } from "./generators.ts";
import { createLocalCluster } from "./localFoundation.ts";
import { hostOf, ports, workloads } from "./naming.ts";
import { commonOutputs, type Outputs } from "./outputs.ts";
import { Prometheus } from "./monitoring/prometheus.ts";
import { createTiers } from "./tiers.ts";

/** A stack without AWS, on whatever cluster the kubeconfig names. */
export function createOnKubernetes(config: LocalPlatformConfig, generators: Generators): Outputs {
  const cluster = createLocalCluster();
  const namespace = new PlatformNamespace("platform", {}, { providers: { kubernetes: cluster } });
  const url = `http://${hostOf(workloads.frontend)}/`;
  createTiers({
    ...{ config, cluster, generators },
    database: {
      primaryHost: "postgres",
      replicaHosts: [],
      port: ports.postgres,
      maxConnections: 100,
      caFile: "/x",
      location: { workloads: ["postgres"] },
    },
    checksums: {},
    redisNodes: [],
    publicUrl: url,
    loadBalancerCidrs: [],
    divisor: config.local.divisor,
    after: [namespace],
  });
  new Prometheus(
    "prometheus",
    { image: config.images.prometheus, storageClassName: config.local.storageClass, divisor: config.local.divisor },
    { providers: { kubernetes: cluster }, dependsOn: [namespace] },
  );
  return commonOutputs(url);
}
