import { ec2 } from "@pulumi/aws";
import type { ResourceValidationPolicy } from "@pulumi/policy";
import { validateClass } from "../../support/validate.ts";
import { wanted } from "../../support/wanted.ts";

export const requireImdsV2: ResourceValidationPolicy = {
  name: "aws-ec2-require-imds-v2",
  description:
    "A node answers for its credentials to IMDSv2 sessions only, and not further than one hop: a pod cannot take on the node's role.",
  enforcementLevel: "mandatory",
  severity: "critical",
  validateResource: validateClass(ec2.LaunchTemplate, ({ metadataOptions }, report) => {
    const { httpTokens, httpPutResponseHopLimit } = metadataOptions ?? {};
    if (httpTokens !== "required") report(wanted("metadataOptions.httpTokens", httpTokens, '"required"'));
    if (httpPutResponseHopLimit !== 1) {
      report(wanted("metadataOptions.httpPutResponseHopLimit", httpPutResponseHopLimit, "1"));
    }
  }),
};
