import * as pulumi from "@pulumi/pulumi";
import { policyDocument } from "../cluster/policyDocument.ts";

/**
 * What the AWS load balancer controller needs for TargetGroupBindings alone. Its own example policy also lets it
 * create, change and delete load balancers, listeners and security groups, which is this program's part.
 */
export function controllerPolicy(targetGroupArns: pulumi.Input<string>[]): pulumi.Output<string> {
  return pulumi.all(targetGroupArns).apply((arns) =>
    policyDocument([
      {
        Sid: "Look",
        Effect: "Allow",
        // None of them can be narrowed to a resource.
        Action: [
          "ec2:DescribeAvailabilityZones",
          "ec2:DescribeInstances",
          "ec2:DescribeNetworkInterfaces",
          "ec2:DescribeSecurityGroups",
          "ec2:DescribeSubnets",
          "ec2:DescribeVpcs",
          "elasticloadbalancing:DescribeTags",
          "elasticloadbalancing:DescribeTargetGroupAttributes",
          "elasticloadbalancing:DescribeTargetGroups",
          "elasticloadbalancing:DescribeTargetHealth",
        ],
        Resource: "*",
      },
      {
        Sid: "KeepTargets",
        Effect: "Allow",
        Action: ["elasticloadbalancing:DeregisterTargets", "elasticloadbalancing:RegisterTargets"],
        Resource: arns,
      },
    ]),
  );
}
