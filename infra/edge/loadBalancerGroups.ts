import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { routes } from "./routes.ts";

export interface LoadBalancerGroupsArgs {
  /** Of the network. */
  readonly vpcId: pulumi.Input<string>;
  /** Of the cluster's nodes and pods. */
  readonly clusterSecurityGroupId: pulumi.Input<string>;
  /** Of AWS's list com.amazonaws.global.cloudfront.origin-facing in the region. */
  readonly originPrefixListId: string;
}

/** Security group of the load balancer: in from CloudFront alone, out to the pods alone. */
export class LoadBalancerGroups extends pulumi.ComponentResource {
  readonly securityGroupId: pulumi.Output<string>;

  constructor(name: string, args: LoadBalancerGroupsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("jobsprint:edge:LoadBalancerGroups", name, args, opts);
    const { vpcId, clusterSecurityGroupId, originPrefixListId } = args;
    const parent = { parent: this };
    const group = new aws.ec2.SecurityGroup(
      `${name}-group`,
      { vpcId, description: "Load balancer: from CloudFront to the pods", tags: { Name: name } },
      parent,
    );
    // The list alone fills 55 of the 60 rules that a group may have: there is no room for a second port.
    new aws.vpc.SecurityGroupIngressRule(
      `${name}-https`,
      {
        securityGroupId: group.id,
        description: "HTTPS from CloudFront",
        prefixListId: originPrefixListId,
        ipProtocol: "tcp",
        fromPort: 443,
        toPort: 443,
      },
      parent,
    );
    for (const port of new Set(Object.values(routes).map((route) => route.port))) {
      const range = { ipProtocol: "tcp", fromPort: port, toPort: port };
      new aws.vpc.SecurityGroupEgressRule(
        `${name}-pods-${port}`,
        {
          ...range,
          securityGroupId: group.id,
          description: "Requests to pods",
          referencedSecurityGroupId: clusterSecurityGroupId,
        },
        parent,
      );
      new aws.vpc.SecurityGroupIngressRule(
        `${name}-cluster-${port}`,
        {
          ...range,
          securityGroupId: clusterSecurityGroupId,
          description: "Requests from the load balancer",
          referencedSecurityGroupId: group.id,
        },
        parent,
      );
    }
    this.securityGroupId = group.id;
    this.registerOutputs({ securityGroupId: this.securityGroupId });
  }
}
