import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { NodeGroupSizing } from "./nodeSizing.ts";

export interface Taint {
  readonly key: string;
  readonly value?: string;
}

export interface NodeGroupArgs {
  /** Physical name of the cluster. */
  readonly clusterName: pulumi.Input<string>;
  /** Minor version of the kubelets: the control plane's. */
  readonly version: string;
  /** Machines and numbers. */
  readonly sizing: NodeGroupSizing;
  /** Private ones. */
  readonly subnetIds: pulumi.Input<string>[];
  /** IAM role of the nodes. */
  readonly roleArn: pulumi.Input<string>;
  /** The cluster's own, through which control plane and nodes reach each other. */
  readonly securityGroupId: pulumi.Input<string>;
  /** Of the Kubernetes nodes. */
  readonly labels: Readonly<Record<string, string>>;
  /** Keeps away pods that do not tolerate it. */
  readonly taint?: Taint;
  /** Whether AWS may take nodes back at two minutes' notice. */
  readonly spot: boolean;
  /** How many nodes at a time a new version may replace. */
  readonly updateConfig: { readonly maxUnavailable: number } | { readonly maxUnavailablePercentage: number };
  /** Physical name of the cluster, for the tags that the cluster autoscaler looks for. */
  readonly autoscaledBy: string;
}

/** GB: images and logs; data lies on volumes of its own. */
const rootVolumeSize = 50;

/** Nodes of one kind: AL2023, encrypted, metadata for the host alone. */
export class NodeGroup extends pulumi.ComponentResource {
  constructor(name: string, args: NodeGroupArgs, opts?: pulumi.ComponentResourceOptions) {
    super("jobsprint:cluster:NodeGroup", name, args, opts);
    const { taint, sizing } = args;
    const template = this.#template(name, args.securityGroupId);
    new aws.eks.NodeGroup(
      `${name}-group`,
      {
        clusterName: args.clusterName,
        version: args.version,
        nodeRoleArn: args.roleArn,
        subnetIds: args.subnetIds,
        amiType: "AL2023_x86_64_STANDARD",
        capacityType: args.spot ? "SPOT" : "ON_DEMAND",
        instanceTypes: [...sizing.instanceTypes],
        launchTemplate: { id: template.id, version: pulumi.interpolate`${template.latestVersion}` },
        scalingConfig: { minSize: sizing.minNodes, maxSize: sizing.maxNodes, desiredSize: sizing.minNodes },
        updateConfig: args.updateConfig,
        nodeRepairConfig: { enabled: true },
        labels: args.labels,
        ...(taint && { taints: [{ ...taint, effect: "NO_SCHEDULE" }] }),
        tags: {
          Name: name,
          "k8s.io/cluster-autoscaler/enabled": "true",
          [`k8s.io/cluster-autoscaler/${args.autoscaledBy}`]: "owned",
        },
      },
      // The cluster autoscaler sets it: each update would undo what it did.
      { parent: this, ignoreChanges: ["scalingConfig.desiredSize"] },
    );
    this.registerOutputs({});
  }

  #template(name: string, securityGroupId: pulumi.Input<string>): aws.ec2.LaunchTemplate {
    const tags = { Name: name };
    return new aws.ec2.LaunchTemplate(
      `${name}-template`,
      {
        updateDefaultVersion: true,
        // One hop: a pod does not get the node's credentials.
        metadataOptions: { httpEndpoint: "enabled", httpTokens: "required", httpPutResponseHopLimit: 1 },
        blockDeviceMappings: [
          {
            deviceName: "/dev/xvda",
            ebs: { encrypted: "true", volumeType: "gp3", volumeSize: rootVolumeSize, deleteOnTermination: "true" },
          },
        ],
        // EKS adds the cluster's group only where a template names no interface.
        networkInterfaces: [
          {
            deviceIndex: 0,
            associatePublicIpAddress: "false",
            deleteOnTermination: "true",
            securityGroups: [securityGroupId],
          },
        ],
        tagSpecifications: ["instance", "volume", "network-interface"].map((resourceType) => ({ resourceType, tags })),
        tags,
      },
      { parent: this },
    );
  }
}
