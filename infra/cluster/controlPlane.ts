import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { policyDocument } from "./policyDocument.ts";

export interface ControlPlaneArgs {
  /** Physical name of the cluster. */
  readonly clusterName: string;
  /** Minor version such as 1.35. */
  readonly version: string;
  /** Two zones or more; the control plane puts its interfaces there. */
  readonly subnetIds: pulumi.Input<string>[];
  /** Of the network: who reaches the Kubernetes API from within, whatever the public side lets in. */
  readonly vpcCidr: string;
  /** Whether the Kubernetes API is reached from within the network alone. */
  readonly privateEndpoint: boolean;
  /** Who else reaches the Kubernetes API unless it is private; then at least one, because EKS takes none for everybody. */
  readonly publicAccessCidrs: readonly string[];
  /** Encrypts Secrets. */
  readonly keyArn: pulumi.Input<string>;
  /** One of the periods that CloudWatch offers. */
  readonly logRetentionDays: number;
  /** Whether Pulumi refuses to delete the cluster. */
  readonly protect: boolean;
  /** Whether AWS refuses to delete the cluster. */
  readonly deletionProtection: boolean;
  /** Whether AWS may move traffic away from a zone that fails. */
  readonly zonalShift: boolean;
}

const logTypes = ["api", "audit", "authenticator", "controllerManager", "scheduler"];

/** The managed control plane of EKS. */
export class ControlPlane extends pulumi.ComponentResource {
  readonly cluster: aws.eks.Cluster;

  /** @throws {pulumi.InputPropertyError} where the API would be open to everybody */
  constructor(name: string, args: ControlPlaneArgs, opts?: pulumi.ComponentResourceOptions) {
    if (!args.privateEndpoint && args.publicAccessCidrs.length === 0) {
      const reason = "must name at least one CIDR block while the endpoint is public, found none";
      throw new pulumi.InputPropertyError({ propertyPath: "publicAccessCidrs", reason });
    }
    super("jobsprint:cluster:ControlPlane", name, args, opts);
    const parent = { parent: this };

    const role = new aws.iam.Role(`${name}-role`, { assumeRolePolicy: trust }, parent);
    const rights = [
      new aws.iam.RolePolicyAttachment(
        `${name}-eks`,
        { role: role.name, policyArn: "arn:aws:iam::aws:policy/AmazonEKSClusterPolicy" },
        parent,
      ),
      new aws.iam.RolePolicy(`${name}-key`, { role: role.name, policy: useOf(args.keyArn) }, parent),
    ];
    // EKS would make the group itself, and keep what is in it for ever.
    const logs = new aws.cloudwatch.LogGroup(
      `${name}-logs`,
      { name: `/aws/eks/${args.clusterName}/cluster`, retentionInDays: args.logRetentionDays },
      parent,
    );

    this.cluster = new aws.eks.Cluster(
      `${name}-eks`,
      {
        name: args.clusterName,
        version: args.version,
        roleArn: role.arn,
        // The creator gets no rights in passing: access entries say who has them.
        accessConfig: { authenticationMode: "API", bootstrapClusterCreatorAdminPermissions: false },
        bootstrapSelfManagedAddons: false,
        enabledClusterLogTypes: logTypes,
        encryptionConfig: { provider: { keyArn: args.keyArn }, resources: ["secrets"] },
        // Never into extended support, whose hours cost six times as much, unasked.
        upgradePolicy: { supportType: "STANDARD" },
        deletionProtection: args.deletionProtection,
        zonalShiftConfig: { enabled: args.zonalShift },
        vpcConfig: { subnetIds: args.subnetIds, ...endpointOf(args) },
      },
      { ...parent, protect: args.protect, dependsOn: [...rights, logs] },
    );
    // EKS lets in its own nodes alone: whoever runs this program from within the network would be left outside.
    new aws.vpc.SecurityGroupIngressRule(
      `${name}-api`,
      {
        securityGroupId: this.cluster.vpcConfig.clusterSecurityGroupId,
        description: "Kubernetes API from the VPC",
        cidrIpv4: args.vpcCidr,
        ipProtocol: "tcp",
        fromPort: 443,
        toPort: 443,
      },
      parent,
    );
    this.registerOutputs({ name: this.cluster.name });
  }
}

function endpointOf({ privateEndpoint, publicAccessCidrs }: ControlPlaneArgs): {
  endpointPrivateAccess: boolean;
  endpointPublicAccess: boolean;
  publicAccessCidrs?: string[];
} {
  if (privateEndpoint) return { endpointPrivateAccess: true, endpointPublicAccess: false };
  return { endpointPrivateAccess: true, endpointPublicAccess: true, publicAccessCidrs: [...publicAccessCidrs] };
}

const trust = policyDocument([
  { Effect: "Allow", Principal: { Service: "eks.amazonaws.com" }, Action: "sts:AssumeRole" },
]);

function useOf(keyArn: pulumi.Input<string>): pulumi.Output<string> {
  const statement = (arn: string): string =>
    policyDocument([
      { Effect: "Allow", Action: ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:ListGrants"], Resource: arn },
    ]);
  return pulumi.output(keyArn).apply(statement);
}
