import type * as pulumi from "@pulumi/pulumi";
import type { AwsFoundation } from "./awsFoundation.ts";
import type { AwsPlatformConfig } from "./config/parseConfig.ts";
import { Cdn } from "./edge/cdn.ts";
import { CdnInvalidation } from "./edge/cdnInvalidation.ts";
import { LoadBalancer } from "./edge/loadBalancer.ts";
import { LoadBalancerController } from "./edge/loadBalancerController.ts";
import { TargetGroupBindings } from "./edge/targetGroupBindings.ts";
import { deregistrationSeconds, physicalName } from "./naming.ts";

export interface AwsEdge {
  readonly cdn: Cdn;
  /** The right to take files out of the CDN's caches, which api-gateway's pods have from their start. */
  readonly invalidation: pulumi.Resource;
}

/** The way in from the Internet: CloudFront, the load balancer behind it, and who keeps its targets. */
export function createAwsEdge(config: AwsPlatformConfig, { cloud, network, cluster }: AwsFoundation): AwsEdge {
  const { edge, accountId, region, safety } = config;
  const { logRetentionDays, deletionProtection } = safety;
  const onAws = { providers: { aws: cloud } };
  const everywhere = { providers: { aws: cloud, kubernetes: cluster.provider } };
  const loadBalancer = new LoadBalancer(
    "load-balancer",
    {
      vpcId: network.vpcId,
      subnetIds: network.privateSubnetIds,
      clusterSecurityGroupId: cluster.securityGroupId,
      originPrefixListId: edge.originPrefixListId,
      certificateArn: edge.certificateArn,
      accountId,
      deregistrationSeconds,
      logRetentionDays,
      deletionProtection,
    },
    // CloudFront's interfaces need the network's way out.
    { ...onAws, dependsOn: [network] },
  );
  const { targetGroupArns } = loadBalancer;
  const controller = new LoadBalancerController(
    "load-balancer-controller",
    {
      clusterName: cluster.name,
      region,
      vpcId: network.vpcId,
      targetGroupArns: Object.values(targetGroupArns),
    },
    { ...everywhere, dependsOn: [...cluster.ready] },
  );
  new TargetGroupBindings(
    "load-balancer-targets",
    { targetGroupArns },
    // They are kinds that the controller's chart brings, and it must outlive them to take the targets out.
    { ...everywhere, dependsOn: [controller] },
  );
  const cdn = new Cdn(
    "cdn",
    {
      physicalName: physicalName(config.environment),
      domain: edge.domain,
      certificateArn: edge.cdnCertificateArn,
      loadBalancerArn: loadBalancer.arn,
      loadBalancerDnsName: loadBalancer.dnsName,
      accountId,
      logRetentionDays,
      deletionProtection,
    },
    onAws,
  );
  const { distributionArn } = cdn;
  const args = { clusterName: cluster.name, distributionArn };
  return { cdn, invalidation: new CdnInvalidation("cdn-invalidation", args, onAws).association };
}
