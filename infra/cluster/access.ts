import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

export interface AccessArgs {
  /** Physical name of the cluster. */
  readonly clusterName: pulumi.Input<string>;
  /** ARNs of IAM roles or users, among them whoever runs this program: it makes objects in the cluster. */
  readonly adminPrincipalArns: readonly string[];
}

const adminPolicy = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy";

/** Who may administer the cluster. */
export class Access extends pulumi.ComponentResource {
  constructor(name: string, args: AccessArgs, opts?: pulumi.ComponentResourceOptions) {
    super("jobsprint:cluster:Access", name, args, opts);
    for (const arn of new Set(args.adminPrincipalArns)) {
      const child = `${name}-${keyOf(arn)}`;
      const { clusterName } = args;
      const entry = new aws.eks.AccessEntry(
        `${child}-entry`,
        { clusterName, principalArn: arn, type: "STANDARD" },
        { parent: this },
      );
      new aws.eks.AccessPolicyAssociation(
        `${child}-admin`,
        { clusterName, principalArn: entry.principalArn, policyArn: adminPolicy, accessScope: { type: "cluster" } },
        { parent: this },
      );
    }
    this.registerOutputs({});
  }
}

/** By the principal, not its position: who leaves the list moves nobody else's entry. */
const keyOf = (arn: string): string =>
  arn
    .split(":")
    .slice(4)
    .join("-")
    .replace(/[^\w-]+/g, "-");
