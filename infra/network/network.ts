import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { Endpoints } from "./endpoints.ts";
import { FlowLogs } from "./flowLogs.ts";
import { NatGateway } from "./natGateway.ts";
import { zonesOf } from "./subnets.ts";
import { Zone } from "./zone.ts";

export interface NetworkArgs {
  /** Of the VPC, /16 to /18, such as 10.0.0.0/16. */
  readonly cidr: string;
  /** Such as eu-central-1. */
  readonly region: string;
  /** Twelve digits: whose flow logs may be written. */
  readonly accountId: string;
  /** Names, two to four. Another one at the end moves none. */
  readonly availabilityZones: readonly string[];
  /** One for all zones costs less; one a zone survives the loss of another zone. */
  readonly natGateways: "single" | "perZone";
  /** Whether traffic to AWS's own services stays in the VPC: paid by the hour, service and zone. */
  readonly interfaceEndpoints: boolean;
  /** Of the flow logs, one of the periods that CloudWatch offers. */
  readonly logRetentionDays: number;
  /** EKS cluster that finds the subnets by their tags. */
  readonly clusterName: string;
}

const anywhere = "0.0.0.0/0";

/**
 * VPC with a public, a private and an intra subnet a zone. Whatever needs the Internet from a private subnet
 * must depend on the component, not only on its subnets: the routes come after them.
 */
export class Network extends pulumi.ComponentResource {
  readonly vpcId: pulumi.Output<string>;
  /** Of each kind one a zone, in the order of the zones. */
  readonly publicSubnetIds: pulumi.Output<string>[];
  readonly privateSubnetIds: pulumi.Output<string>[];
  readonly intraSubnetIds: pulumi.Output<string>[];
  /** Addresses from which the platform reaches the Internet: for the allow lists of others. */
  readonly natAddresses: pulumi.Output<string[]>;

  /** @throws {RangeError} that lists every problem of the block and the zones */
  constructor(name: string, args: NetworkArgs, opts?: pulumi.ComponentResourceOptions) {
    const blocks = zonesOf(args.cidr, args.availabilityZones);
    super("jobsprint:network:Network", name, args, opts);
    const parent = { parent: this };

    const vpc = new aws.ec2.Vpc(
      `${name}-vpc`,
      { cidrBlock: args.cidr, enableDnsHostnames: true, enableDnsSupport: true, tags: { Name: name } },
      parent,
    );
    // Without rules: what forgets its own group reaches nothing.
    const tags = { Name: `${name}-default` };
    new aws.ec2.DefaultSecurityGroup(`${name}-default`, { vpcId: vpc.id, ingress: [], egress: [], tags }, parent);
    const publicTableId = this.#publicTable(name, vpc.id);
    const intraTableId = this.#table(`${name}-intra`, vpc.id).id;

    const zones = blocks.map((block, position) => {
      const zone = { vpcId: vpc.id, blocks: block, clusterName: args.clusterName, publicTableId, intraTableId };
      return new Zone(`${name}-zone-${position}`, zone, parent);
    });
    const gateways = this.#natRoutes(name, zones, args.natGateways);

    new Endpoints(
      `${name}-endpoints`,
      {
        vpcId: vpc.id,
        cidr: args.cidr,
        region: args.region,
        routeTableIds: [intraTableId, ...zones.map((zone) => zone.privateTableId)],
        subnetIds: zones.map((zone) => zone.intraSubnetId),
        interfaces: args.interfaceEndpoints,
      },
      parent,
    );
    const logs = { vpcId: vpc.id, accountId: args.accountId, retentionDays: args.logRetentionDays };
    new FlowLogs(`${name}-flow-logs`, logs, parent);

    this.vpcId = vpc.id;
    this.publicSubnetIds = zones.map((zone) => zone.publicSubnetId);
    this.privateSubnetIds = zones.map((zone) => zone.privateSubnetId);
    this.intraSubnetIds = zones.map((zone) => zone.intraSubnetId);
    this.natAddresses = pulumi.all(gateways.map((gateway) => gateway.address));
    this.registerOutputs({
      vpcId: this.vpcId,
      publicSubnetIds: this.publicSubnetIds,
      privateSubnetIds: this.privateSubnetIds,
      intraSubnetIds: this.intraSubnetIds,
      natAddresses: this.natAddresses,
    });
  }

  #table(name: string, vpcId: pulumi.Input<string>): aws.ec2.RouteTable {
    return new aws.ec2.RouteTable(name, { vpcId, tags: { Name: name } }, { parent: this });
  }

  /** The table's id once its route exists: a NAT gateway needs the way to the Internet. */
  #publicTable(name: string, vpcId: pulumi.Input<string>): pulumi.Output<string> {
    const table = this.#table(`${name}-public`, vpcId);
    const gateway = new aws.ec2.InternetGateway(`${name}-internet`, { vpcId, tags: { Name: name } }, { parent: this });
    const route = { routeTableId: table.id, destinationCidrBlock: anywhere, gatewayId: gateway.id };
    return new aws.ec2.Route(`${name}-public`, route, { parent: this }).routeTableId;
  }

  /** Routes, not tables, differ between one gateway and one a zone: no subnet loses its table when that changes. */
  #natRoutes(name: string, zones: readonly Zone[], natGateways: NetworkArgs["natGateways"]): NatGateway[] {
    const gateways: NatGateway[] = [];
    zones.forEach((zone, position) => {
      const gateway =
        (natGateways === "single" ? gateways[0] : undefined) ??
        // Its subnet's route table comes with the zone.
        new NatGateway(`${name}-nat-${position}`, { subnetId: zone.publicSubnetId }, { parent: this, dependsOn: zone });
      if (!gateways.includes(gateway)) gateways.push(gateway);
      const route = { routeTableId: zone.privateTableId, destinationCidrBlock: anywhere, natGatewayId: gateway.id };
      new aws.ec2.Route(`${name}-private-${position}`, route, { parent: this });
    });
    return gateways;
  }
}
