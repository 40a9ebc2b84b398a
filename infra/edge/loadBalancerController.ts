import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { PodIdentity } from "../cluster/podIdentity.ts";
import { controllerPolicy } from "./controllerPolicy.ts";

export interface LoadBalancerControllerArgs {
  /** Physical name of the cluster. */
  readonly clusterName: pulumi.Input<string>;
  /** Such as eu-central-1. */
  readonly region: string;
  /** Of the network. */
  readonly vpcId: pulumi.Input<string>;
  /** The groups whose targets it keeps, and no other. */
  readonly targetGroupArns: pulumi.Input<string>[];
}

/** App and chart carry the same version; it brings the kind TargetGroupBinding. */
const chart = {
  chart: "aws-load-balancer-controller",
  version: "3.5.0",
  repositoryOpts: { repo: "https://aws.github.io/eks-charts" },
} as const;

const namespace = "kube-system";
const serviceAccount = "aws-load-balancer-controller";

/** Keeps the pods of Services registered in target groups. It creates none: the load balancer is this program's. */
export class LoadBalancerController extends pulumi.ComponentResource {
  constructor(name: string, args: LoadBalancerControllerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("jobsprint:edge:LoadBalancerController", name, args, opts);
    const { clusterName } = args;
    const policy = controllerPolicy(args.targetGroupArns);
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
        // A release that fails leaves nothing behind to repair by hand.
        atomic: true,
        timeout: 600,
        values: {
          clusterName,
          // A pod does not reach the node's metadata, where it would look for both.
          region: args.region,
          vpcId: args.vpcId,
          // The second one only waits to lead.
          replicaCount: 2,
          serviceAccount: { create: true, name: serviceAccount },
          podDisruptionBudget: { maxUnavailable: 1 },
          tolerations: [{ key: "CriticalAddonsOnly", operator: "Exists" }],
          resources: { requests: { cpu: "100m", memory: "128Mi" }, limits: { memory: "256Mi" } },
          // What it does beside target groups, and would need rights for.
          createIngressClassResource: false,
          enableServiceMutatorWebhook: false,
          enableBackendSecurityGroup: false,
          enableShield: false,
          enableWaf: false,
          enableWafv2: false,
        },
      },
      // Credentials reach a pod only where the association stands before it.
      { parent: this, dependsOn: identity },
    );
    this.registerOutputs({});
  }
}
