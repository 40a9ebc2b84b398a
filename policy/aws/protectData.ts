import type { ResourceValidationPolicy } from "@pulumi/policy";
import { awsType } from "../support/awsType.ts";
import { environmentOf, environmentSchema } from "../support/environment.ts";
import { isReplica } from "../support/isReplica.ts";
import { validateSelected } from "../support/validate.ts";
import { wanted } from "../support/wanted.ts";

const protectedTypes: string[] = [awsType.database, awsType.cluster, awsType.key];

export const protectData: ResourceValidationPolicy = {
  name: "aws-protect-data",
  description:
    "In production Pulumi refuses to delete or replace the database's primary, the cluster and the keys: a renamed component must not take the data with it.",
  enforcementLevel: "mandatory",
  severity: "critical",
  configSchema: environmentSchema,
  validateResource: validateSelected(
    (resource) => (protectedTypes.includes(resource.type) ? resource : undefined),
    ({ type, props, opts }, report, args) => {
      if (environmentOf(args) !== "prod" || opts.protect) return;
      if (type === awsType.database && isReplica(props)) return;
      report(wanted("opts.protect", opts.protect, "true"));
    },
  ),
};
