import { rds } from "@pulumi/aws";
import type { ResourceValidationPolicy } from "@pulumi/policy";
import { isReplica } from "../../support/isReplica.ts";
import { validateClass } from "../../support/validate.ts";
import { wanted } from "../../support/wanted.ts";

export const useCustomerKey: ResourceValidationPolicy = {
  name: "aws-rds-use-customer-key",
  description:
    "A database is encrypted by a key of ours: access to it can be audited and taken away, unlike with the key of AWS.",
  enforcementLevel: "mandatory",
  severity: "high",
  validateResource: validateClass(rds.Instance, (instance, report) => {
    // A replica in the same region takes the key of its source.
    if (isReplica(instance) || instance.kmsKeyId) return;
    report(wanted("kmsKeyId", instance.kmsKeyId, "the ARN of a key of this account"));
  }),
};
