import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { Listeners, type RouteName } from "./listeners.ts";
import { LoadBalancerGroups } from "./loadBalancerGroups.ts";
import { LogBucket } from "./logBucket.ts";

export interface LoadBalancerArgs {
  /** Of the network. */
  readonly vpcId: pulumi.Input<string>;
  /** Private ones, in two zones or more: CloudFront reaches them through its own interfaces. */
  readonly subnetIds: pulumi.Input<string>[];
  /** Of the cluster's nodes and pods. */
  readonly clusterSecurityGroupId: pulumi.Input<string>;
  /** Of AWS's list com.amazonaws.global.cloudfront.origin-facing in the region. */
  readonly originPrefixListId: string;
  /** In this region, for the domain that viewers ask for. */
  readonly certificateArn: pulumi.Input<string>;
  /** Twelve digits: whose logs are written. */
  readonly accountId: string;
  /** Time in which a target that leaves still gets answers through: less than its shutdown takes. */
  readonly deregistrationSeconds: number;
  /** Of the access logs. */
  readonly logRetentionDays: number;
  /** Whether AWS refuses to delete the load balancer, and S3 its logs. */
  readonly deletionProtection: boolean;
}

/** The one way to the pods from outside: not on the Internet itself, but behind CloudFront. */
export class LoadBalancer extends pulumi.ComponentResource {
  /** Known once its listeners are there. */
  readonly arn: pulumi.Output<string>;
  /** Resolves to private addresses. */
  readonly dnsName: pulumi.Output<string>;
  /** Ends of the arn, as metrics have them. */
  readonly arnSuffix: pulumi.Output<string>;
  readonly targetGroupArns: Readonly<Record<RouteName, pulumi.Output<string>>>;

  constructor(name: string, args: LoadBalancerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("jobsprint:edge:LoadBalancer", name, args, opts);
    const parent = { parent: this };
    const { vpcId, clusterSecurityGroupId, originPrefixListId, deletionProtection } = args;
    const logs = new LogBucket(
      `${name}-logs`,
      {
        accountId: args.accountId,
        retentionDays: args.logRetentionDays,
        deleteWithLogs: !deletionProtection,
        writer: { Principal: { Service: "logdelivery.elasticloadbalancing.amazonaws.com" } },
      },
      parent,
    );
    const groups = new LoadBalancerGroups(
      `${name}-groups`,
      { vpcId, clusterSecurityGroupId, originPrefixListId },
      parent,
    );
    const balancer = new aws.lb.LoadBalancer(
      `${name}-alb`,
      {
        namePrefix: "jobs-",
        internal: true,
        loadBalancerType: "application",
        subnets: args.subnetIds,
        securityGroups: [groups.securityGroupId],
        accessLogs: { bucket: logs.bucketName, enabled: true },
        // What proxies read differently smuggles requests.
        dropInvalidHeaderFields: true,
        enableDeletionProtection: deletionProtection,
        tags: { Name: name },
      },
      parent,
    );
    const listeners = new Listeners(
      `${name}-to`,
      {
        loadBalancerArn: balancer.arn,
        vpcId,
        certificateArn: args.certificateArn,
        deregistrationSeconds: args.deregistrationSeconds,
      },
      parent,
    );
    this.targetGroupArns = listeners.targetGroupArns;
    this.arn = pulumi.all([balancer.arn, this.targetGroupArns.frontend]).apply(([arn]) => arn);
    this.dnsName = balancer.dnsName;
    this.arnSuffix = balancer.arnSuffix;
    this.registerOutputs({ arn: this.arn, dnsName: this.dnsName, targetGroupArns: this.targetGroupArns });
  }
}
