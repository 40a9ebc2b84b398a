import { ecr } from "@pulumi/aws";
import type { ResourceValidationPolicy } from "@pulumi/policy";
import { validateClass } from "../../support/validate.ts";
import { wanted } from "../../support/wanted.ts";

export const scanImages: ResourceValidationPolicy = {
  name: "aws-ecr-scan-images",
  description: "Every image is scanned when it arrives.",
  enforcementLevel: "mandatory",
  severity: "medium",
  validateResource: validateClass(ecr.Repository, ({ imageScanningConfiguration }, report) => {
    const scanned = imageScanningConfiguration?.scanOnPush;
    if (scanned !== true) report(wanted("imageScanningConfiguration.scanOnPush", scanned, "true"));
  }),
};
