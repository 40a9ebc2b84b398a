/** What the cluster autoscaler is told, and what it may do. Pure. */
import { platformLimits } from "../capacity/limits.ts";
import { policyDocument } from "../cluster/policyDocument.ts";

/** The strategy's settings, each as its flag; docs/cluster-autoscaler.md tells of the two that have none. */
export const flags = {
  "balance-similar-node-groups": true,
  expander: "least-waste",
  "max-node-provision-time": "15m",
  "max-nodes-total": platformLimits.maxNodes,
  "new-pod-scale-up-delay": "0s",
  "max-total-unready-percentage": 45,
  "scale-down-unneeded-time": "10m",
  "scale-down-unready-time": "20m",
  "scale-down-utilization-threshold": 0.5,
  "skip-nodes-with-local-storage": false,
  "skip-nodes-with-system-pods": true,
} as const;

/** Images by the minor version of the cluster, which theirs must equal: it simulates that version's scheduler. */
const images: Readonly<Record<string, string>> = { "1.35": "v1.35.2", "1.36": "v1.36.1" };

/**
 * Tag of the image for a cluster's minor version.
 * @throws {RangeError} when none is known for it
 */
export function imageTagFor(clusterVersion: string): string {
  const tag = images[clusterVersion];
  if (tag === undefined) {
    const known = Object.keys(images).join(", ");
    throw new RangeError(
      `cluster.version must be one of ${known}: no cluster autoscaler is known for ${clusterVersion}`,
    );
  }
  return tag;
}

/** IAM policy: it sees all groups, since AWS can not narrow that, and changes those of its own cluster alone. */
export const autoscalingPolicy = (clusterName: string): string =>
  policyDocument([
    {
      Sid: "See",
      Effect: "Allow",
      Action: [
        "autoscaling:DescribeAutoScalingGroups",
        "autoscaling:DescribeAutoScalingInstances",
        "autoscaling:DescribeLaunchConfigurations",
        "autoscaling:DescribeScalingActivities",
        "autoscaling:DescribeTags",
        "ec2:DescribeImages",
        "ec2:DescribeInstanceTypes",
        "ec2:DescribeLaunchTemplateVersions",
        "ec2:GetInstanceTypesFromInstanceRequirements",
      ],
      Resource: "*",
    },
    {
      Sid: "SeeLabelsAndTaints",
      Effect: "Allow",
      Action: "eks:DescribeNodegroup",
      Resource: `arn:aws:eks:*:*:nodegroup/${clusterName}/*/*`,
    },
    {
      Sid: "Change",
      Effect: "Allow",
      Action: ["autoscaling:SetDesiredCapacity", "autoscaling:TerminateInstanceInAutoScalingGroup"],
      Resource: "*",
      // EKS puts it on the groups of its node groups.
      Condition: { StringEquals: { [`aws:ResourceTag/k8s.io/cluster-autoscaler/${clusterName}`]: "owned" } },
    },
  ]);
