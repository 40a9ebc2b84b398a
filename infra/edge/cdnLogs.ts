import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { globalRegion } from "./firewall.ts";
import { LogBucket } from "./logBucket.ts";

export interface CdnLogsArgs {
  /** Of source and destination, unique in the account. */
  readonly physicalName: string;
  /** The distribution whose requests are logged. */
  readonly distributionArn: pulumi.Input<string>;
  /** Twelve digits: whose logs are written. */
  readonly accountId: string;
  /** After which a log is deleted. */
  readonly retentionDays: number;
  /** Whether logs may go with the bucket. */
  readonly deleteWithLogs: boolean;
}

/** Standard logging, version 2: the first one needs a bucket with access control lists. */
export class CdnLogs extends pulumi.ComponentResource {
  constructor(name: string, args: CdnLogsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("jobsprint:edge:CdnLogs", name, args, opts);
    const { accountId, retentionDays, deleteWithLogs } = args;
    const global = { region: globalRegion, name: args.physicalName };
    const bucket = new LogBucket(
      `${name}-store`,
      {
        accountId,
        retentionDays,
        deleteWithLogs,
        writer: {
          Principal: { Service: "delivery.logs.amazonaws.com" },
          Condition: {
            StringEquals: { "aws:SourceAccount": accountId, "s3:x-amz-acl": "bucket-owner-full-control" },
            ArnLike: { "aws:SourceArn": `arn:aws:logs:${globalRegion}:${accountId}:delivery-source:*` },
          },
        },
      },
      { parent: this },
    );
    const source = new aws.cloudwatch.LogDeliverySource(
      `${name}-source`,
      { ...global, logType: "ACCESS_LOGS", resourceArn: args.distributionArn },
      // Two of one name can not stand side by side.
      { parent: this, deleteBeforeReplace: true },
    );
    const destination = new aws.cloudwatch.LogDeliveryDestination(
      `${name}-destination`,
      {
        ...global,
        outputFormat: "json",
        deliveryDestinationConfiguration: { destinationResourceArn: bucket.arn },
      },
      // The destination is tried when it is made.
      { parent: this, dependsOn: bucket, deleteBeforeReplace: true },
    );
    new aws.cloudwatch.LogDelivery(
      `${name}-delivery`,
      { region: globalRegion, deliverySourceName: source.name, deliveryDestinationArn: destination.arn },
      { parent: this },
    );
    this.registerOutputs({});
  }
}
