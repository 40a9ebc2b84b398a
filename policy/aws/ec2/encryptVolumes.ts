import { ebs } from "@pulumi/aws";
import type { ResourceValidationPolicy } from "@pulumi/policy";
import { validateClass } from "../../support/validate.ts";
import { wanted } from "../../support/wanted.ts";

export const encryptVolumes: ResourceValidationPolicy = {
  name: "aws-ec2-encrypt-volumes",
  description: "A volume is encrypted: its snapshots are copied about.",
  enforcementLevel: "mandatory",
  severity: "high",
  validateResource: validateClass(ebs.Volume, ({ encrypted }, report) => {
    if (encrypted !== true) report(wanted("encrypted", encrypted, "true"));
  }),
};
