import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { nodeLabel, systemTaint } from "../cluster/nodeGroups.ts";
import { PodIdentity } from "../cluster/podIdentity.ts";
import { containerSecurity, podSecurity } from "../kubernetes/security.ts";
import { autoscalingPolicy, flags, imageTagFor } from "./clusterAutoscalerSettings.ts";

export interface ClusterAutoscalerArgs {
  readonly clusterName: pulumi.Input<string>;
  /** Minor version of the cluster, for example 1.35. */
  readonly clusterVersion: string;
  readonly region: string;
}

const chart = {
  chart: "cluster-autoscaler",
  version: "9.59.0",
  repositoryOpts: { repo: "https://kubernetes.github.io/autoscaler" },
} as const;

const namespace = "kube-system";
const serviceAccount = "cluster-autoscaler";

/** The image's user. */
const uid = 65_532;

/** Adds nodes for pods that find no room, and removes those that stand empty. AWS only. */
export class ClusterAutoscaler extends pulumi.ComponentResource {
  constructor(name: string, args: ClusterAutoscalerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("jobsprint:scaling:ClusterAutoscaler", name, args, opts);
    const { clusterName, clusterVersion, region } = args;
    const policy = pulumi.output(clusterName).apply(autoscalingPolicy);
    const identity = new PodIdentity(
      `${name}-identity`,
      { clusterName, namespace, serviceAccount, policy },
      { parent: this },
    );
    new k8s.helm.v3.Release(
      `${name}-release`,
      {
        ...chart,
        name: serviceAccount,
        namespace,
        atomic: true,
        timeout: 600,
        values: {
          fullnameOverride: serviceAccount,
          cloudProvider: "aws",
          awsRegion: region,
          autoDiscovery: { clusterName },
          image: { tag: imageTagFor(clusterVersion) },
          extraArgs: flags,
          // One leads; the other waits on the second system node.
          replicaCount: 2,
          rbac: { serviceAccount: { create: true, name: serviceAccount } },
          priorityClassName: "system-cluster-critical",
          // Not on a node that it could take away.
          nodeSelector: { [nodeLabel]: "system" },
          tolerations: [{ key: systemTaint.key, operator: "Exists" }],
          podDisruptionBudget: { maxUnavailable: 1 },
          securityContext: podSecurity(uid),
          containerSecurityContext: containerSecurity,
          resources: { requests: { cpu: "100m", memory: "600Mi" }, limits: { memory: "600Mi" } },
        },
      },
      // Credentials reach a pod only where the association stands before it.
      { parent: this, dependsOn: identity },
    );
    this.registerOutputs({});
  }
}
