import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

export interface EndpointsArgs {
  /** Of the network. */
  readonly vpcId: pulumi.Input<string>;
  /** Of the VPC: who may call. */
  readonly cidr: string;
  /** Such as eu-central-1. */
  readonly region: string;
  /** Those that get the way to S3. */
  readonly routeTableIds: pulumi.Input<string>[];
  /** One a zone, for the interfaces. */
  readonly subnetIds: pulumi.Input<string>[];
  /** Whether to have interface endpoints, which are paid by the hour; that of S3 costs nothing. */
  readonly interfaces: boolean;
}

/** What nodes and pods call while they start and run: images, credentials, logs, secrets. */
export const interfaceServices = ["ecr.api", "ecr.dkr", "sts", "logs", "ec2", "eks-auth", "secretsmanager"] as const;

/** Ways to AWS's services that do not leave the VPC. */
export class Endpoints extends pulumi.ComponentResource {
  constructor(name: string, args: EndpointsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("jobsprint:network:Endpoints", name, args, opts);
    const { vpcId, region } = args;
    const parent = { parent: this };

    new aws.ec2.VpcEndpoint(
      `${name}-s3`,
      {
        vpcId,
        serviceName: `com.amazonaws.${region}.s3`,
        vpcEndpointType: "Gateway",
        routeTableIds: args.routeTableIds,
        tags: { Name: `${name}-s3` },
      },
      parent,
    );

    if (args.interfaces) {
      const group = this.#group(name, args);
      for (const service of interfaceServices) {
        const child = `${name}-${service.replace(".", "-")}`;
        new aws.ec2.VpcEndpoint(
          child,
          {
            vpcId,
            serviceName: `com.amazonaws.${region}.${service}`,
            vpcEndpointType: "Interface",
            privateDnsEnabled: true,
            subnetIds: args.subnetIds,
            securityGroupIds: [group.id],
            tags: { Name: child },
          },
          parent,
        );
      }
    }
    this.registerOutputs({});
  }

  #group(name: string, { vpcId, cidr }: EndpointsArgs): aws.ec2.SecurityGroup {
    const group = new aws.ec2.SecurityGroup(
      `${name}-interfaces`,
      { vpcId, description: "Interface endpoints of AWS services", tags: { Name: `${name}-interfaces` } },
      { parent: this },
    );
    new aws.vpc.SecurityGroupIngressRule(
      `${name}-https`,
      {
        securityGroupId: group.id,
        description: "HTTPS from the VPC",
        cidrIpv4: cidr,
        ipProtocol: "tcp",
        fromPort: 443,
        toPort: 443,
      },
      { parent: this },
    );
    return group;
  }
}
