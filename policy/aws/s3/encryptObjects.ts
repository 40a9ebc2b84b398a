import type { StackValidationPolicy } from "@pulumi/policy";
import { awsType } from "../../support/awsType.ts";
import { refersTo } from "../../support/refersTo.ts";
import { validateEach } from "../../support/validate.ts";
import { wanted } from "../../support/wanted.ts";

interface Encryption {
  rules?: { applyServerSideEncryptionByDefault?: { sseAlgorithm?: string } }[];
}

export const encryptObjects: StackValidationPolicy = {
  name: "aws-s3-encrypt-objects",
  description:
    "Every bucket says how its objects are encrypted, so that the choice of key is seen in a review and kept by the program.",
  enforcementLevel: "mandatory",
  severity: "high",
  validateStack: validateEach((bucket, report, { resources }) => {
    if (bucket.type !== awsType.bucket) return;
    const encryption = resources.find(
      (other) => other.type === awsType.bucketEncryption && refersTo(other, "bucket", bucket),
    );
    const rules = (encryption?.props as Encryption | undefined)?.rules ?? [];
    const found = rules[0]?.applyServerSideEncryptionByDefault?.sseAlgorithm;
    if (found === undefined) {
      report(wanted("server side encryption of the bucket", found, '"aws:kms" or "AES256"'));
    }
  }),
};
