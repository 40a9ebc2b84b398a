import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

export interface NatGatewayArgs {
  /** A public one. */
  readonly subnetId: pulumi.Input<string>;
}

/** NAT gateway with an address that outlives it, so that allow lists of others keep holding. */
export class NatGateway extends pulumi.ComponentResource {
  readonly id: pulumi.Output<string>;
  readonly address: pulumi.Output<string>;

  constructor(name: string, args: NatGatewayArgs, opts?: pulumi.ComponentResourceOptions) {
    super("jobsprint:network:NatGateway", name, args, opts);
    const tags = { Name: name };
    const address = new aws.ec2.Eip(`${name}-address`, { domain: "vpc", tags }, { parent: this });
    const gateway = new aws.ec2.NatGateway(
      `${name}-gateway`,
      { allocationId: address.allocationId, subnetId: args.subnetId, connectivityType: "public", tags },
      { parent: this },
    );
    this.id = gateway.id;
    this.address = address.publicIp;
    this.registerOutputs({ id: this.id, address: this.address });
  }
}
