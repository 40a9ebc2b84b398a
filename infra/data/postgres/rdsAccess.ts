import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { ports } from "../../naming.ts";

export interface RdsAccessArgs {
  readonly vpcId: pulumi.Input<string>;
  /** Without a route to the Internet, two zones or more. */
  readonly subnetIds: readonly pulumi.Input<string>[];
  /** Of the cluster's nodes and pods: nobody else connects. */
  readonly clusterSecurityGroupId: pulumi.Input<string>;
}

/** Where the database stands in the network, and who reaches it. */
export class RdsAccess extends pulumi.ComponentResource {
  readonly subnetGroupName: pulumi.Output<string>;
  readonly securityGroupId: pulumi.Output<string>;

  constructor(name: string, args: RdsAccessArgs, opts?: pulumi.ComponentResourceOptions) {
    super("jobsprint:data:RdsAccess", name, args, opts);
    const parent = { parent: this };
    const subnets = new aws.rds.SubnetGroup(`${name}-subnets`, { subnetIds: [...args.subnetIds] }, parent);
    // Without rules of its own: an answer needs none, and the database calls nobody.
    const group = new aws.ec2.SecurityGroup(
      `${name}-group`,
      { vpcId: args.vpcId, description: "PostgreSQL of Jobsprint", tags: { Name: name } },
      parent,
    );
    new aws.vpc.SecurityGroupIngressRule(
      `${name}-cluster`,
      {
        securityGroupId: group.id,
        referencedSecurityGroupId: args.clusterSecurityGroupId,
        ipProtocol: "tcp",
        fromPort: ports.postgres,
        toPort: ports.postgres,
        description: "PostgreSQL from the pods of the cluster",
      },
      parent,
    );
    this.subnetGroupName = subnets.name;
    this.securityGroupId = group.id;
    this.registerOutputs({ subnetGroupName: this.subnetGroupName, securityGroupId: this.securityGroupId });
  }
}
