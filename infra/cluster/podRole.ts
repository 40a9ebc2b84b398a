import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { policyDocument } from "./policyDocument.ts";

export interface PodRoleArgs {
  /** Of the service account that alone may take the role. */
  readonly namespace: string;
  /** Its name; it need not exist yet. */
  readonly serviceAccount: string;
  /** IAM policy document; none where managed policies say all. */
  readonly policy?: pulumi.Input<string>;
  /** ARNs of AWS's own policies, by a name of theirs that is stable. */
  readonly managedPolicies?: Readonly<Record<string, string>>;
}

/** IAM role that the pods of one service account take through EKS Pod Identity. */
export class PodRole extends pulumi.ComponentResource {
  /** Known before the policies are in place. */
  readonly arnAtOnce: pulumi.Output<string>;
  /** Known once the policies are in place: whoever starts with the role may use it. */
  readonly arn: pulumi.Output<string>;

  constructor(name: string, args: PodRoleArgs, opts?: pulumi.ComponentResourceOptions) {
    super("jobsprint:cluster:PodRole", name, args, opts);
    const parent = { parent: this };
    const { namespace, serviceAccount, managedPolicies = {} } = args;

    const role = new aws.iam.Role(
      `${name}-role`,
      {
        description: `Pods of service account ${serviceAccount} in namespace ${namespace}`,
        assumeRolePolicy: trustOf(namespace, serviceAccount),
      },
      parent,
    );
    const attachments = Object.entries(managedPolicies).map(
      ([policy, policyArn]) =>
        new aws.iam.RolePolicyAttachment(`${name}-${policy}`, { role: role.name, policyArn }, parent),
    );
    const policies =
      args.policy === undefined
        ? []
        : [new aws.iam.RolePolicy(`${name}-policy`, { role: role.name, policy: args.policy }, parent)];

    const inPlace = pulumi.all([...attachments, ...policies].map((policy) => policy.id));
    this.arnAtOnce = role.arn;
    this.arn = pulumi.all([role.arn, inPlace]).apply(([arn]) => arn);
    this.registerOutputs({ arn: this.arn });
  }
}

/** Pod Identity tags each session with where the pod runs: no other service account's session fits the condition. */
function trustOf(namespace: string, serviceAccount: string): string {
  return policyDocument([
    {
      Effect: "Allow",
      Principal: { Service: "pods.eks.amazonaws.com" },
      Action: ["sts:AssumeRole", "sts:TagSession"],
      Condition: {
        StringEquals: {
          "aws:RequestTag/kubernetes-namespace": namespace,
          "aws:RequestTag/kubernetes-service-account": serviceAccount,
        },
      },
    },
  ]);
}
