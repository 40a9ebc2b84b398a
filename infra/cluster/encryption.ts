import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

export interface EncryptionArgs {
  /** Physical name, for description and alias. */
  readonly clusterName: string;
  /** Whether Pulumi refuses to delete the key: without it no Secret of the cluster can be read. */
  readonly protect: boolean;
}

/** Days in which a deleted key can be brought back: the most that KMS offers. */
const deletionWindowInDays = 30;

/** The key that encrypts the cluster's Secrets before they reach its database. */
export class Encryption extends pulumi.ComponentResource {
  readonly keyArn: pulumi.Output<string>;

  constructor(name: string, args: EncryptionArgs, opts?: pulumi.ComponentResourceOptions) {
    super("jobsprint:cluster:Encryption", name, args, opts);
    const key = new aws.kms.Key(
      `${name}-key`,
      {
        description: `Secrets of the Kubernetes cluster ${args.clusterName}`,
        enableKeyRotation: true,
        deletionWindowInDays,
      },
      { parent: this, protect: args.protect },
    );
    const alias = { name: `alias/eks/${args.clusterName}`, targetKeyId: key.keyId };
    new aws.kms.Alias(`${name}-alias`, alias, { parent: this });
    this.keyArn = key.arn;
    this.registerOutputs({ keyArn: this.keyArn });
  }
}
