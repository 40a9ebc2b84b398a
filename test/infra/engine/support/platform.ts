import type { PulumiFn } from "@pulumi/pulumi/automation/index.js";
import { createPlatform } from "../../../../infra/platform.ts";
import type { Size } from "../../../../infra/sizing.ts";
import { stackConfig } from "../../support/stackConfig.ts";

/** The platform as a stack's file configures it, in another size. */
export function platformProgram(stack: string, size: Size): PulumiFn {
  const config = stackConfig(stack, size);
  return () => Promise.resolve(createPlatform(config) as unknown as Record<string, unknown>);
}

/** What cannot be made again: data, and the keys and passwords without which it cannot be read. */
const irreplaceable = [
  "aws:rds/instance:Instance",
  "aws:kms/key:Key",
  "aws:s3/bucket:Bucket",
  "aws:eks/cluster:Cluster",
  "aws:ec2/vpc:Vpc",
  "kubernetes:apps/v1:StatefulSet",
  "kubernetes:core/v1:PersistentVolumeClaim",
  "random:index/randomPassword:RandomPassword",
  "random:index/randomBytes:RandomBytes",
  "tls:index/privateKey:PrivateKey",
];

/** Those among the URNs that no change of size may replace. */
export function irreplaceableAmong(urns: readonly string[]): string[] {
  return urns.filter((urn) => irreplaceable.some((type) => urn.includes(`${type}::`)));
}
