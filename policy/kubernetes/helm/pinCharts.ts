import type { ResourceValidationPolicy } from "@pulumi/policy";
import { validateSelected } from "../../support/validate.ts";
import { wanted } from "../../support/wanted.ts";

interface Release {
  version?: string;
}
const exact = /^v?\d+\.\d+\.\d+/;

export const pinCharts: ResourceValidationPolicy = {
  name: "kubernetes-helm-pin-charts",
  description: "A chart is named by its exact version: otherwise an update brings what nobody has looked at.",
  enforcementLevel: "mandatory",
  severity: "high",
  validateResource: validateSelected(
    ({ type, props }) => (type === "kubernetes:helm.sh/v3:Release" ? (props as Release) : undefined),
    ({ version }, report) => {
      if (!exact.test(version ?? "")) report(wanted("version", version, "one exact version, such as 1.2.3"));
    },
  ),
};
