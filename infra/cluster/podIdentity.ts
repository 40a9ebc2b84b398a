import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { PodRole } from "./podRole.ts";

export interface PodIdentityArgs {
  /** The cluster in which the service account is. */
  readonly clusterName: pulumi.Input<string>;
  /** Of the service account. */
  readonly namespace: string;
  /** Its name; it need not exist yet. */
  readonly serviceAccount: string;
  /** IAM policy document: what the pods of the service account may do. */
  readonly policy: pulumi.Input<string>;
}

/**
 * Rights in AWS for the pods of one service account, without a key: the agent on the node hands out credentials.
 * A pod gets them only if the association stands before it starts; it may wait for the rights.
 */
export class PodIdentity extends pulumi.ComponentResource {
  readonly roleArn: pulumi.Output<string>;
  /** What pods must depend on that can do without the rights for a while; others depend on the component. */
  readonly association: pulumi.Resource;

  constructor(name: string, args: PodIdentityArgs, opts?: pulumi.ComponentResourceOptions) {
    super("jobsprint:cluster:PodIdentity", name, args, opts);
    const { clusterName, namespace, serviceAccount, policy } = args;
    this.roleArn = new PodRole(name, { namespace, serviceAccount, policy }, { parent: this }).arnAtOnce;
    this.association = new aws.eks.PodIdentityAssociation(
      `${name}-association`,
      { clusterName, namespace, serviceAccount, roleArn: this.roleArn },
      { parent: this },
    );
    this.registerOutputs({ roleArn: this.roleArn });
  }
}
