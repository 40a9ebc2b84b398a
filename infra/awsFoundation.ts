import * as aws from "@pulumi/aws";
import { Cluster } from "./cluster/cluster.ts";
import type { AwsPlatformConfig } from "./config/parseConfig.ts";
import { physicalName } from "./naming.ts";
import { Network } from "./network/network.ts";
import type { Generators } from "./generators.ts";

export interface AwsFoundation {
  readonly cloud: aws.Provider;
  readonly network: Network;
  readonly cluster: Cluster;
}

/** Network and cluster of a stack on AWS: what everything else stands on. */
export function createAwsFoundation(config: AwsPlatformConfig, generators: Generators): AwsFoundation {
  const { environment, region, accountId, tags, safety } = config;
  const cloud = new aws.Provider("aws", {
    region: region as aws.Region,
    // Credentials of another account, left in somebody's shell, must not build a second platform there.
    allowedAccountIds: [accountId],
    // On everything that can be tagged: the bill and the policies ask for them.
    defaultTags: {
      tags: { project: "jobsprint", environment, ...tags },
    },
  });
  const providers = { aws: cloud, ...generators };
  const clusterName = physicalName(environment);
  const { natGateways, interfaceEndpoints, logRetentionDays } = safety;
  const network = new Network(
    "network",
    { ...config.network, accountId, clusterName, region, natGateways, interfaceEndpoints, logRetentionDays },
    { providers },
  );
  const cluster = new Cluster(
    "cluster",
    {
      ...config.cluster,
      clusterName,
      region,
      size: config.size,
      vpcCidr: config.network.cidr,
      intraSubnetIds: network.intraSubnetIds,
      privateSubnetIds: network.privateSubnetIds,
      privateEndpoint: safety.privateEndpoint,
      spotNodes: safety.spotNodes,
      logRetentionDays,
      protect: safety.protect,
      deletionProtection: safety.deletionProtection,
      // What stands in one zone can not be moved out of it.
      zonalShift: safety.multiAz,
    },
    { providers, dependsOn: [network] },
  );
  return { cloud, network, cluster };
}
