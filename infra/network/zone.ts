import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { ZoneBlocks } from "./subnets.ts";

export interface ZoneArgs {
  /** Of the network. */
  readonly vpcId: pulumi.Input<string>;
  /** Addresses of its three subnets. */
  readonly blocks: ZoneBlocks;
  /** EKS cluster that finds the subnets by their tags. */
  readonly clusterName: string;
  /** Route table with the way to the internet gateway. */
  readonly publicTableId: pulumi.Input<string>;
  /** Route table without a way out. */
  readonly intraTableId: pulumi.Input<string>;
}

/** The three subnets of an availability zone, and the route table of its private one. */
export class Zone extends pulumi.ComponentResource {
  readonly publicSubnetId: pulumi.Output<string>;
  readonly privateSubnetId: pulumi.Output<string>;
  readonly intraSubnetId: pulumi.Output<string>;
  /** Of this zone alone whatever the number of NAT gateways: a change of it moves a route, not a table. */
  readonly privateTableId: pulumi.Output<string>;

  constructor(name: string, args: ZoneArgs, opts?: pulumi.ComponentResourceOptions) {
    super("jobsprint:network:Zone", name, args, opts);
    const { vpcId, blocks } = args;
    const parent = { parent: this };

    const subnet = (kind: "public" | "private" | "intra", tags: Readonly<Record<string, string>>): aws.ec2.Subnet =>
      new aws.ec2.Subnet(
        `${name}-${kind}`,
        {
          vpcId,
          availabilityZone: blocks.availabilityZone,
          cidrBlock: blocks[kind],
          // A NAT gateway brings its own address; nothing else in a public subnet needs one.
          mapPublicIpOnLaunch: false,
          tags: { ...tags, Name: `${name}-${kind}-${blocks.availabilityZone}` },
        },
        parent,
      );
    const associate = (kind: string, subnetId: pulumi.Input<string>, routeTableId: pulumi.Input<string>): void => {
      new aws.ec2.RouteTableAssociation(`${name}-${kind}`, { subnetId, routeTableId }, parent);
    };

    // The load balancer controller finds subnets by these tags.
    const shared = { [`kubernetes.io/cluster/${args.clusterName}`]: "shared" };
    this.publicSubnetId = subnet("public", { ...shared, "kubernetes.io/role/elb": "1" }).id;
    this.privateSubnetId = subnet("private", { ...shared, "kubernetes.io/role/internal-elb": "1" }).id;
    this.intraSubnetId = subnet("intra", {}).id;
    const tags = { Name: `${name}-private` };
    this.privateTableId = new aws.ec2.RouteTable(`${name}-private`, { vpcId, tags }, parent).id;

    associate("public", this.publicSubnetId, args.publicTableId);
    associate("private", this.privateSubnetId, this.privateTableId);
    associate("intra", this.intraSubnetId, args.intraTableId);
    this.registerOutputs({
      publicSubnetId: this.publicSubnetId,
      privateSubnetId: this.privateSubnetId,
      intraSubnetId: this.intraSubnetId,
      privateTableId: this.privateTableId,
    });
  }
}
