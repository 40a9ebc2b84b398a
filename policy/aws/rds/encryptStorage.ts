import { rds } from "@pulumi/aws";
import type { ResourceValidationPolicy } from "@pulumi/policy";
import { validateClass } from "../../support/validate.ts";
import { wanted } from "../../support/wanted.ts";

export const encryptStorage: ResourceValidationPolicy = {
  name: "aws-rds-encrypt-storage",
  description:
    "A database's disk, snapshots and replicas are encrypted: encryption cannot be switched on later without a new instance.",
  enforcementLevel: "mandatory",
  severity: "critical",
  validateResource: validateClass(rds.Instance, ({ storageEncrypted }, report) => {
    if (storageEncrypted !== true) report(wanted("storageEncrypted", storageEncrypted, "true"));
  }),
};
