import * as pulumi from "@pulumi/pulumi";
import { createAwsDatabase } from "./awsDatabase.ts";
import { createAwsEdge } from "./awsEdge.ts";
import { createAwsFoundation } from "./awsFoundation.ts";
import { dataNodes } from "./cluster/nodeGroups.ts";
import { PlatformNamespace } from "./cluster/platformNamespace.ts";
import { storageClassName } from "./cluster/storageClass.ts";
import type { AwsPlatformConfig } from "./config/parseConfig.ts";
import { createAwsMonitoring } from "./awsMonitoring.ts";
import type { Generators } from "./generators.ts";
import { onNodesOf } from "./kubernetes/placement.ts";
import { commonOutputs, type Outputs } from "./outputs.ts";
import { ClusterAutoscaler } from "./scaling/clusterAutoscaler.ts";
import { createCredentials, createStores } from "./stores.ts";
import { createTiers } from "./tiers.ts";

/** A stack on AWS, from the ground up: what a line needs stands above it, and is destroyed after it. */
export function createOnAws(config: AwsPlatformConfig, generators: Generators): Outputs {
  const foundation = createAwsFoundation(config, generators);
  const { cloud, cluster, network } = foundation;
  const { provider } = cluster;
  // A pod without nodes, network plugin or storage would only wait, and Pulumi with it.
  const afterCluster = { providers: { aws: cloud, kubernetes: provider }, dependsOn: [...cluster.ready] };
  const after = [new PlatformNamespace("platform", {}, afterCluster)];
  const database = createAwsDatabase(config, foundation, generators);
  const providers = { aws: cloud, kubernetes: provider, ...generators };
  const credentials = createCredentials({ providers, after });
  // Nodes are bought for what the size promises: nothing is divided.
  const common = { config, providers, database: database.endpoints, divisor: 1 };
  const stores = createStores({
    ...{ ...common, credentials, storageClass: storageClassName },
    placement: onNodesOf(dataNodes.key, dataNodes.value),
    // In Secrets Manager, and only the migrations' pods may read it.
    master: {
      kind: "secretsManager",
      secretArn: database.masterSecretArn,
      keyArn: database.keyArn,
      clusterName: cluster.name,
      region: config.region,
      awsCli: config.images.awsCli,
    },
    after: [...after, database],
  });
  // Nothing waits for it: a broken chart stops no service.
  createAwsMonitoring(config, foundation, generators);
  const { cdn, invalidation } = createAwsEdge(config, foundation);
  const url = `https://${config.edge.domain}/`;
  createTiers({
    ...common,
    ...stores,
    authority: credentials.authority,
    publicUrl: url,
    // Its addresses come and go within the network.
    clientCidrs: [config.network.cidr],
    // So have the control plane's interfaces.
    apiServerCidrs: [config.network.cidr],
    // Pods that start before their identity is bound have none until they are replaced.
    after: [...stores.all, invalidation],
  });
  new ClusterAutoscaler(
    "cluster-autoscaler",
    { clusterName: cluster.name, clusterVersion: config.cluster.version, region: config.region },
    afterCluster,
  );
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
