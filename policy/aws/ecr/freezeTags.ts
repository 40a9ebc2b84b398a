import { ecr } from "@pulumi/aws";
import type { ResourceValidationPolicy } from "@pulumi/policy";
import { validateClass } from "../../support/validate.ts";
import { wanted } from "../../support/wanted.ts";

export const freezeTags: ResourceValidationPolicy = {
  name: "aws-ecr-freeze-tags",
  description: "A tag names one image for ever: what was tested is what runs.",
  enforcementLevel: "mandatory",
  severity: "high",
  validateResource: validateClass(ecr.Repository, ({ imageTagMutability }, report) => {
    if (!imageTagMutability?.startsWith("IMMUTABLE"))
      report(wanted("imageTagMutability", imageTagMutability, '"IMMUTABLE"'));
  }),
};
