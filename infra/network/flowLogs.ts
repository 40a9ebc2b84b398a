import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

export interface FlowLogsArgs {
  /** Of the network. */
  readonly vpcId: pulumi.Input<string>;
  /** Account of the VPC: whose flow logs may take the role. */
  readonly accountId: string;
  /** One of the periods that CloudWatch offers. */
  readonly retentionDays: number;
}

/** Who spoke to whom in the VPC, accepted or rejected. */
export class FlowLogs extends pulumi.ComponentResource {
  constructor(name: string, args: FlowLogsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("jobsprint:network:FlowLogs", name, args, opts);
    const parent = { parent: this };

    const group = new aws.cloudwatch.LogGroup(`${name}-group`, { retentionInDays: args.retentionDays }, parent);
    const role = new aws.iam.Role(`${name}-role`, { assumeRolePolicy: trustOf(args.accountId) }, parent);
    const policy = new aws.iam.RolePolicy(`${name}-policy`, { role: role.name, policy: writeTo(group.arn) }, parent);
    new aws.ec2.FlowLog(
      `${name}-log`,
      {
        vpcId: args.vpcId,
        trafficType: "ALL",
        logDestinationType: "cloud-watch-logs",
        logDestination: group.arn,
        iamRoleArn: role.arn,
        tags: { Name: name },
      },
      { ...parent, dependsOn: policy },
    );
    this.registerOutputs({});
  }
}

function trustOf(accountId: string): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Service: "vpc-flow-logs.amazonaws.com" },
        Action: "sts:AssumeRole",
        // Without it the service could be led by another account's flow log.
        Condition: { StringEquals: { "aws:SourceAccount": accountId } },
      },
    ],
  });
}

function writeTo(groupArn: pulumi.Input<string>): pulumi.Output<string> {
  return pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Action: ["logs:CreateLogStream", "logs:DescribeLogGroups", "logs:DescribeLogStreams", "logs:PutLogEvents"],
        Resource: pulumi.interpolate`${groupArn}:*`,
      },
    ],
  });
}
