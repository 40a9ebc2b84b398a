import type { AwsFoundation } from "./awsFoundation.ts";
import type { AwsPlatformConfig } from "./config/parseConfig.ts";
import { Cdn } from "./edge/cdn.ts";
import { CdnInvalidation } from "./edge/cdnInvalidation.ts";
import { LoadBalancer } from "./edge/loadBalancer.ts";
import { LoadBalancerController } from "./edge/loadBalancerController.ts";
import { TargetGroupBindings } from "./edge/targetGroupBindings.ts";
import { deregistrationSeconds, physicalName } from "./naming.ts";

/** The way in from the Internet: CloudFront, the load balancer behind it, and who keeps its targets. */
export function createAwsEdge(config: AwsPlatformConfig, { cloud, network, cluster }: AwsFoundation): Cdn {
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
  new CdnInvalidation("cdn-invalidation", { clusterName: cluster.name, distributionArn }, onAws);
  return cdn;
}
