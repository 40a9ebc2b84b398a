import * as pulumi from "@pulumi/pulumi";
import { createAwsDatabase } from "./awsDatabase.ts";
import { createAwsEdge } from "./awsEdge.ts";
import { createAwsFoundation } from "./awsFoundation.ts";
import { PlatformNamespace } from "./cluster/platformNamespace.ts";
import type { AwsPlatformConfig } from "./config/parseConfig.ts";
import { createAwsMonitoring } from "./awsMonitoring.ts";
import type { Generators } from "./generators.ts";
import { commonOutputs, type Outputs } from "./outputs.ts";
import { ClusterAutoscaler } from "./scaling/clusterAutoscaler.ts";
import { createTiers } from "./tiers.ts";

/** A stack on AWS. */
export function createOnAws(config: AwsPlatformConfig, generators: Generators): Outputs {
  const foundation = createAwsFoundation(config, generators);
  const { cloud, cluster, network } = foundation;
  const { provider } = cluster;
  const namespace = new PlatformNamespace(
    "platform",
    {},
    { providers: { kubernetes: provider }, dependsOn: [...cluster.ready] },
  );
  const database = createAwsDatabase(config, foundation);
  const { clusterName, version } = { clusterName: cluster.name, version: config.cluster.version };
  new ClusterAutoscaler(
    "cluster-autoscaler",
    { clusterName, clusterVersion: version, region: config.region },
    { providers: { aws: cloud, kubernetes: provider }, dependsOn: [...cluster.ready] },
  );
  const { cdn, invalidation } = createAwsEdge(config, foundation);
  createAwsMonitoring(config, foundation, generators);
  const url = `https://${config.edge.domain}/`;
  createTiers({
    ...{ config, cluster: provider, generators, database: database.endpoints },
    checksums: {},
    redisNodes: [],
    publicUrl: url,
    loadBalancerCidrs: [config.network.cidr],
    divisor: 1,
    // Pods that start before their identity is bound have none until they are replaced.
    after: [namespace, invalidation],
  });
  return {
    ...commonOutputs(url),
    aws: {
      clusterName: cluster.name,
      kubeconfig: pulumi.secret(cluster.kubeconfig),
      cdnDomainName: cdn.domainName,
      cdnDistributionId: cdn.distributionId,
      databaseAddress: pulumi.output(database.endpoints.primaryHost),
      databaseMasterSecretArn: database.masterSecretArn,
      natAddresses: network.natAddresses,
    },
  };
}
