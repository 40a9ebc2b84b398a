import type { ResourceValidationPolicy } from "@pulumi/policy";
import { environmentOf, environmentSchema } from "../../support/environment.ts";
import { validateSelected } from "../../support/validate.ts";
import { wanted } from "../../support/wanted.ts";

function hasData({ type, props }: { type: string; props: { spec?: { volumeClaimTemplates?: unknown[] } } }): boolean {
  if (type === "kubernetes:core/v1:PersistentVolumeClaim") return true;
  return type === "kubernetes:apps/v1:StatefulSet" && (props.spec?.volumeClaimTemplates?.length ?? 0) > 0;
}

export const protectStatefulSets: ResourceValidationPolicy = {
  name: "kubernetes-workload-protect-stateful-sets",
  description:
    "In production Pulumi refuses to delete or replace a StatefulSet with volumes, or a claim: a changed volume size would otherwise replace a broker and its queues.",
  enforcementLevel: "mandatory",
  severity: "critical",
  configSchema: environmentSchema,
  validateResource: validateSelected(
    (resource) => (hasData(resource) ? resource : undefined),
    ({ opts }, report, args) => {
      if (environmentOf(args) === "prod" && !opts.protect) report(wanted("opts.protect", opts.protect, "true"));
    },
  ),
};
