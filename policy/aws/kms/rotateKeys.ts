import { kms } from "@pulumi/aws";
import type { ResourceValidationPolicy } from "@pulumi/policy";
import { validateClass } from "../../support/validate.ts";
import { wanted } from "../../support/wanted.ts";

export const rotateKeys: ResourceValidationPolicy = {
  name: "aws-kms-rotate-keys",
  description: "Key material is renewed every year; AWS does it by itself for symmetric keys only.",
  enforcementLevel: "mandatory",
  severity: "high",
  validateResource: validateClass(kms.Key, ({ enableKeyRotation, customerMasterKeySpec }, report) => {
    if (customerMasterKeySpec !== undefined && customerMasterKeySpec !== "SYMMETRIC_DEFAULT") return;
    if (enableKeyRotation !== true) report(wanted("enableKeyRotation", enableKeyRotation, "true"));
  }),
};
