import type { StackValidationPolicy } from "@pulumi/policy";
import { awsType } from "../../support/awsType.ts";
import { statementsOf, type Statement } from "../../support/policyDocument.ts";
import { refersTo } from "../../support/refersTo.ts";
import { validateEach } from "../../support/validate.ts";

function refusesPlainHttp({ effect, condition }: Statement): boolean {
  return effect === "Deny" && String(condition["Bool"]?.["aws:SecureTransport"]) === "false";
}

export const requireTls: StackValidationPolicy = {
  name: "aws-s3-require-tls",
  description: "Every bucket refuses requests without TLS: S3 answers plain HTTP unless the bucket's policy denies it.",
  enforcementLevel: "mandatory",
  severity: "high",
  validateStack: validateEach((bucket, report, { resources }) => {
    if (bucket.type !== awsType.bucket) return;
    const statements = resources
      .filter((other) => other.type === awsType.bucketPolicy && refersTo(other, "bucket", bucket))
      .flatMap(({ props }) => statementsOf(props["policy"]));
    if (!statements.some(refusesPlainHttp)) {
      report("bucket policy has no Deny on aws:SecureTransport false, but must have one");
    }
  }),
};
