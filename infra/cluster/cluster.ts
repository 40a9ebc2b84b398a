import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Size } from "../sizing.ts";
import { Access } from "./access.ts";
import { Addon } from "./addon.ts";
import { nodeAddons, podAddons, type AddonName } from "./addonSettings.ts";
import { ControlPlane } from "./controlPlane.ts";
import { Encryption } from "./encryption.ts";
import { kubeconfigOf } from "./kubeconfig.ts";
import { NodeGroups } from "./nodeGroups.ts";
import { StorageClass } from "./storageClass.ts";

export interface ClusterArgs {
  /** Physical name. */
  readonly clusterName: string;
  /** Such as eu-central-1. */
  readonly region: string;
  /** Minor version such as 1.35. */
  readonly version: string;
  /** What decides machines and numbers. */
  readonly size: Size;
  /** Of the network, such as 10.0.0.0/16: who reaches the Kubernetes API from within. */
  readonly vpcCidr: string;
  /** For the interfaces of the control plane, in two zones or more. */
  readonly intraSubnetIds: pulumi.Output<string>[];
  /** For the nodes, one a zone. */
  readonly privateSubnetIds: pulumi.Output<string>[];
  /** Whether the Kubernetes API is reached from within the network alone. */
  readonly privateEndpoint: boolean;
  /** Who else reaches the Kubernetes API unless it is private; then at least one CIDR block. */
  readonly publicAccessCidrs: readonly string[];
  /** ARNs of IAM roles or users, among them whoever runs this program: it makes objects in the cluster. */
  readonly adminPrincipalArns: readonly string[];
  /** Such as v1.21.1-eksbuild.1; one that is absent gets AWS's default for the cluster's version. */
  readonly addonVersions: Readonly<Partial<Record<AddonName, string>>>;
  /** Whether general nodes, which hold no state, may be spot. */
  readonly spotNodes: boolean;
  /** One of the periods that CloudWatch offers. */
  readonly logRetentionDays: number;
  /** Whether Pulumi refuses to delete the cluster and its key, and volumes outlive their claims. */
  readonly protect: boolean;
  /** Whether AWS refuses to delete the cluster. */
  readonly deletionProtection: boolean;
  /** Whether AWS may move traffic away from a zone that fails. */
  readonly zonalShift: boolean;
}

/** EKS with nodes, add-ons and storage. Depends on the whole network: nodes need its routes. */
export class Cluster extends pulumi.ComponentResource {
  readonly name: pulumi.Output<string>;
  readonly endpoint: pulumi.Output<string>;
  /** Secret: the way into the cluster for whoever has credentials of an administrator. */
  readonly kubeconfig: pulumi.Output<string>;
  /** Comes after nodes and add-ons, so that whatever is made through it finds both. */
  readonly provider: k8s.Provider;
  /** Of nodes and pods. */
  readonly securityGroupId: pulumi.Output<string>;
  readonly kmsKeyArn: pulumi.Output<string>;
  /** What workloads must depend on: nodes, add-ons, access and storage. */
  readonly ready: readonly pulumi.Resource[];

  constructor(name: string, args: ClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    super("jobsprint:cluster:Cluster", name, args, opts);
    const parent = { parent: this };

    const { clusterName, protect } = args;
    const key = new Encryption(`${name}-encryption`, { clusterName, protect }, parent);
    const controlPlane = new ControlPlane(
      `${name}-control-plane`,
      {
        clusterName,
        version: args.version,
        subnetIds: args.intraSubnetIds,
        vpcCidr: args.vpcCidr,
        privateEndpoint: args.privateEndpoint,
        publicAccessCidrs: args.publicAccessCidrs,
        keyArn: key.keyArn,
        logRetentionDays: args.logRetentionDays,
        protect,
        deletionProtection: args.deletionProtection,
        zonalShift: args.zonalShift,
      },
      parent,
    );
    const { cluster } = controlPlane;
    const { adminPrincipalArns } = args;
    const access = new Access(`${name}-access`, { clusterName: cluster.name, adminPrincipalArns }, parent);

    const addon = (kind: AddonName, dependsOn: pulumi.Resource[]): Addon => {
      const version = args.addonVersions[kind];
      const pinned = { clusterName: cluster.name, addon: kind, ...(version !== undefined && { version }) };
      return new Addon(`${name}-${kind}`, pinned, { parent: this, dependsOn });
    };
    const beforeNodes = nodeAddons.map((kind) => addon(kind, []));
    const nodes = new NodeGroups(
      `${name}-nodes`,
      {
        cluster,
        clusterName,
        version: args.version,
        size: args.size,
        subnetIds: args.privateSubnetIds,
        spotNodes: args.spotNodes,
      },
      { parent: this, dependsOn: beforeNodes },
    );
    const afterNodes = podAddons.map((kind) => addon(kind, [nodes]));

    this.kubeconfig = kubeconfigOf({
      clusterName,
      region: args.region,
      endpoint: cluster.endpoint,
      certificateAuthority: cluster.certificateAuthority.data,
    });
    this.provider = new k8s.Provider(
      `${name}-kubernetes`,
      {
        kubeconfig: this.kubeconfig,
        // The same cluster under a changed kubeconfig: nothing in it is replaced.
        clusterIdentifier: clusterName,
        enableServerSideApply: true,
      },
      { parent: this, dependsOn: [controlPlane, access, nodes, ...afterNodes] },
    );
    const storage = new StorageClass(
      `${name}-storage`,
      { retainVolumes: protect },
      { parent: this, providers: { kubernetes: this.provider } },
    );

    this.name = cluster.name;
    this.endpoint = cluster.endpoint;
    this.securityGroupId = cluster.vpcConfig.clusterSecurityGroupId;
    this.kmsKeyArn = key.keyArn;
    this.ready = [access, ...beforeNodes, nodes, ...afterNodes, storage];
    this.registerOutputs({
      name: this.name,
      endpoint: this.endpoint,
      kubeconfig: this.kubeconfig,
      securityGroupId: this.securityGroupId,
      kmsKeyArn: this.kmsKeyArn,
    });
  }
}
