import { rds } from "@pulumi/aws";
import type { ResourceValidationPolicy } from "@pulumi/policy";
import { validateClass } from "../../support/validate.ts";
import { wanted } from "../../support/wanted.ts";

export const forceTls: ResourceValidationPolicy = {
  name: "aws-rds-force-tls",
  description: "PostgreSQL refuses connections without TLS, also within the VPC: passwords and data cross it.",
  enforcementLevel: "mandatory",
  severity: "critical",
  validateResource: validateClass(rds.ParameterGroup, ({ family, parameters }, report) => {
    if (!family.startsWith("postgres")) return;
    const value = parameters?.find(({ name }) => name === "rds.force_ssl")?.value;
    if (value !== "1") report(wanted("parameters[rds.force_ssl]", value, '"1"'));
  }),
};
