import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { policyDocument, type Statement } from "../cluster/policyDocument.ts";

export interface LogBucketArgs {
  /** After which a log is deleted. */
  readonly retentionDays: number;
  /** Whether logs may go with the bucket; otherwise a bucket with logs is not deleted. */
  readonly deleteWithLogs: boolean;
  /** The AWS service that writes, and what it must show. */
  readonly writer: Pick<Statement, "Principal" | "Condition">;
  /** Account that the logs are of. */
  readonly accountId: string;
}

/** Bucket for access logs: one service writes, nobody reads from outside, everything expires. */
export class LogBucket extends pulumi.ComponentResource {
  /** Known once the writer may write. */
  readonly bucketName: pulumi.Output<string>;
  readonly arn: pulumi.Output<string>;

  constructor(name: string, args: LogBucketArgs, opts?: pulumi.ComponentResourceOptions) {
    super("jobsprint:edge:LogBucket", name, args, opts);
    const parent = { parent: this };
    const { arn, bucket } = new aws.s3.Bucket(`${name}-bucket`, { forceDestroy: args.deleteWithLogs }, parent);

    const blocked = new aws.s3.BucketPublicAccessBlock(
      `${name}-private`,
      { bucket, blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true },
      parent,
    );
    // Without access control lists: the bucket policy alone says who may what.
    const ownership = { bucket, rule: { objectOwnership: "BucketOwnerEnforced" } };
    new aws.s3.BucketOwnershipControls(`${name}-ownership`, ownership, parent);
    // The load balancer writes to no bucket with a key of KMS.
    new aws.s3.BucketServerSideEncryptionConfiguration(
      `${name}-encryption`,
      { bucket, rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }] },
      parent,
    );
    new aws.s3.BucketLifecycleConfiguration(
      `${name}-lifecycle`,
      {
        bucket,
        rules: [
          {
            id: "expire",
            status: "Enabled",
            filter: { prefix: "" },
            expiration: { days: args.retentionDays },
            abortIncompleteMultipartUpload: { daysAfterInitiation: 1 },
          },
        ],
      },
      parent,
    );
    const policy = new aws.s3.BucketPolicy(
      `${name}-policy`,
      { bucket, policy: arn.apply((bucketArn) => policyOf(bucketArn, args)) },
      // S3 takes one change of a bucket's access at a time.
      { ...parent, dependsOn: blocked },
    );
    this.bucketName = policy.bucket;
    this.arn = arn;
    this.registerOutputs({ bucketName: this.bucketName, arn: this.arn });
  }
}

function policyOf(arn: string, { writer, accountId }: LogBucketArgs): string {
  return policyDocument([
    {
      Sid: "WriteLogs",
      Effect: "Allow",
      ...writer,
      Action: "s3:PutObject",
      Resource: `${arn}/AWSLogs/${accountId}/*`,
    },
    {
      Sid: "RequireTls",
      Effect: "Deny",
      Principal: "*",
      Action: "s3:*",
      Resource: [arn, `${arn}/*`],
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    },
  ]);
}
