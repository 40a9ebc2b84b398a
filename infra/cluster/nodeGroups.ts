import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Size } from "../sizing.ts";
import { NodeGroup, type NodeGroupArgs } from "./nodeGroup.ts";
import { nodeSizingFor } from "./nodeSizing.ts";
import { policyDocument } from "./policyDocument.ts";

/** Label of every node, by what it is for: `dedicated: system`, `general` or `data`. */
export const nodeLabel = "dedicated";

/** Nodes of Redis and RabbitMQ: pods must tolerate `dedicated=data:NoSchedule` and select the label of the same words. */
export const dataNodes = { key: nodeLabel, value: "data" } as const;

/** Nodes of what the cluster itself needs. The managed add-ons tolerate this key by default. */
export const systemTaint = { key: "CriticalAddonsOnly", value: "true" } as const;

export interface NodeGroupsArgs {
  /** The control plane that they join. */
  readonly cluster: aws.eks.Cluster;
  /** Physical name of the cluster. */
  readonly clusterName: string;
  /** Minor version such as 1.35. */
  readonly version: string;
  /** What decides machines and numbers. */
  readonly size: Size;
  /** Private ones, one a zone. */
  readonly subnetIds: pulumi.Output<string>[];
  /** Whether general nodes, which hold no state, may be spot. */
  readonly spotNodes: boolean;
}

/** The rights of a node; those of the network plugin belong to its own service account. */
const nodePolicies = ["AmazonEKSWorkerNodePolicy", "AmazonEC2ContainerRegistryPullOnly"] as const;

/** The cluster's nodes: system, general, and data in each zone. */
export class NodeGroups extends pulumi.ComponentResource {
  constructor(name: string, args: NodeGroupsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("jobsprint:cluster:NodeGroups", name, args, opts);
    const { system, general, dataPerZone } = nodeSizingFor(args.size, args.subnetIds.length);
    const role = new aws.iam.Role(`${name}-role`, { assumeRolePolicy: trust }, { parent: this });
    const rights = nodePolicies.map(
      (policy) =>
        new aws.iam.RolePolicyAttachment(
          `${name}-${policy}`,
          { role: role.name, policyArn: `arn:aws:iam::aws:policy/${policy}` },
          { parent: this },
        ),
    );

    const shared = {
      clusterName: args.cluster.name,
      autoscaledBy: args.clusterName,
      version: args.version,
      roleArn: role.arn,
      securityGroupId: args.cluster.vpcConfig.clusterSecurityGroupId,
    };
    const group = (
      kind: string,
      own: Pick<NodeGroupArgs, "sizing" | "subnetIds" | "labels" | "taint" | "spot" | "updateConfig">,
    ): void => {
      new NodeGroup(`${name}-${kind}`, { ...shared, ...own }, { parent: this, dependsOn: rights });
    };
    const labels = (kind: string): Record<string, string> => ({ [nodeLabel]: kind });
    const { subnetIds } = args;
    // One after the other: a quorum stands the loss of one member.
    const careful = { spot: false, updateConfig: { maxUnavailable: 1 } };
    group("system", { ...careful, sizing: system, subnetIds, labels: labels("system"), taint: systemTaint });
    const quick = { spot: args.spotNodes, updateConfig: { maxUnavailablePercentage: 25 } };
    group("general", { ...quick, sizing: general, subnetIds, labels: labels("general") });
    subnetIds.forEach((subnetId, zone) => {
      const data = { sizing: dataPerZone, subnetIds: [subnetId], labels: labels(dataNodes.value), taint: dataNodes };
      group(`data-${zone}`, { ...careful, ...data });
    });
    this.registerOutputs({});
  }
}

const trust = policyDocument([
  { Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" },
]);
