import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

export interface AlarmTopicArgs {
  /** Who is told; must confirm a mail of AWS once. */
  readonly email: string;
  readonly accountId: string;
  /** Whether Pulumi refuses to delete the key. */
  readonly protect: boolean;
}

const deletionWindowInDays = 30;

/** Where alarms go. AWS's own key for SNS would be closed to CloudWatch: the alarm would fire and nobody hear it. */
export class AlarmTopic extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;

  constructor(name: string, args: AlarmTopicArgs, opts?: pulumi.ComponentResourceOptions) {
    super("jobsprint:data:AlarmTopic", name, args, opts);
    const parent = { parent: this };
    const key = new aws.kms.Key(
      `${name}-key`,
      {
        description: "Alarms of Jobsprint's database",
        enableKeyRotation: true,
        deletionWindowInDays,
        policy: keyPolicy(args.accountId),
      },
      { ...parent, protect: args.protect },
    );
    const topic = new aws.sns.Topic(`${name}-topic`, { kmsMasterKeyId: key.arn }, parent);
    new aws.sns.TopicSubscription(
      `${name}-email`,
      { topic: topic.arn, protocol: "email", endpoint: args.email },
      parent,
    );
    this.arn = topic.arn;
    this.registerOutputs({ arn: this.arn });
  }
}

function keyPolicy(accountId: string): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      // Without it not even the account's administrators could change the key again.
      {
        Effect: "Allow",
        Principal: { AWS: `arn:aws:iam::${accountId}:root` },
        Action: "kms:*",
        Resource: "*",
      },
      {
        Effect: "Allow",
        Principal: { Service: "cloudwatch.amazonaws.com" },
        Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
        Resource: "*",
        Condition: { StringEquals: { "aws:SourceAccount": accountId } },
      },
    ],
  });
}
