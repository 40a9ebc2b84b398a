import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

/** Where the sample's parts live and what they hang on. */
export interface SampleScope {
  readonly vpc: aws.ec2.Vpc;
  readonly subnets: readonly aws.ec2.Subnet[];
  readonly group: aws.ec2.SecurityGroup;
  readonly key: aws.kms.Key;
  readonly opts: pulumi.CustomResourceOptions;
}
