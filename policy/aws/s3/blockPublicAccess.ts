import type { StackValidationPolicy } from "@pulumi/policy";
import { awsType } from "../../support/awsType.ts";
import { refersTo } from "../../support/refersTo.ts";
import { validateEach } from "../../support/validate.ts";
import { wanted } from "../../support/wanted.ts";

const settings = ["blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"];

export const blockPublicAccess: StackValidationPolicy = {
  name: "aws-s3-block-public-access",
  description: "Every bucket has all four public access blocks: no later ACL or policy opens it by mistake.",
  enforcementLevel: "mandatory",
  severity: "critical",
  validateStack: validateEach((bucket, report, { resources }) => {
    if (bucket.type !== awsType.bucket) return;
    const block = resources.find(
      (other) => other.type === awsType.publicAccessBlock && refersTo(other, "bucket", bucket),
    );
    if (block === undefined) {
      report("bucket has no BucketPublicAccessBlock, but must have one with all four settings true");
      return;
    }
    for (const setting of settings) {
      const found: unknown = block.props[setting];
      if (found !== true) report(wanted(`${setting} of ${block.name}`, found, "true"));
    }
  }),
};
