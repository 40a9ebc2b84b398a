import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { settingsOf, type AddonName } from "./addonSettings.ts";
import { PodRole } from "./podRole.ts";

export interface AddonArgs {
  /** Physical name of the cluster. */
  readonly clusterName: pulumi.Input<string>;
  /** Its name at EKS. */
  readonly addon: AddonName;
  /** Such as v1.21.1-eksbuild.1; AWS's default for the cluster's version where absent. */
  readonly version?: string;
}

/** Which of them call AWS, as whom, by which of AWS's own policies. */
const rights: Readonly<Partial<Record<AddonName, { serviceAccount: string; policies: Record<string, string> }>>> = {
  "vpc-cni": { serviceAccount: "aws-node", policies: { cni: "arn:aws:iam::aws:policy/AmazonEKS_CNI_Policy" } },
  "aws-ebs-csi-driver": {
    serviceAccount: "ebs-csi-controller-sa",
    policies: { ebs: "arn:aws:iam::aws:policy/service-role/AmazonEBSCSIDriverPolicy" },
  },
};

/** A part of the cluster that AWS keeps up to date within its version. */
export class Addon extends pulumi.ComponentResource {
  constructor(name: string, args: AddonArgs, opts?: pulumi.ComponentResourceOptions) {
    super("jobsprint:cluster:Addon", name, args, opts);
    const { addon, version } = args;
    const configurationValues = settingsOf(addon);
    const identity = this.#identity(name, addon);
    new aws.eks.Addon(
      `${name}-addon`,
      {
        clusterName: args.clusterName,
        addonName: addon,
        ...(version !== undefined && { addonVersion: version }),
        ...(configurationValues !== undefined && { configurationValues }),
        ...(identity && { podIdentityAssociations: [identity] }),
        resolveConflictsOnCreate: "OVERWRITE",
        // What an operator changed by hand in need stays.
        resolveConflictsOnUpdate: "PRESERVE",
      },
      { parent: this },
    );
    this.registerOutputs({});
  }

  #identity(name: string, addon: AddonName): { serviceAccount: string; roleArn: pulumi.Output<string> } | undefined {
    const right = rights[addon];
    if (right === undefined) return undefined;
    const { serviceAccount, policies: managedPolicies } = right;
    const role = { namespace: "kube-system", serviceAccount, managedPolicies };
    return { serviceAccount, roleArn: new PodRole(name, role, { parent: this }).arn };
  }
}
