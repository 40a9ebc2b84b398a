import { lb } from "@pulumi/aws";
import type { ResourceValidationPolicy } from "@pulumi/policy";
import { validateClass } from "../../support/validate.ts";
import { wanted } from "../../support/wanted.ts";

export const redirectHttp: ResourceValidationPolicy = {
  name: "aws-lb-redirect-http",
  description: "A listener on plain HTTP does nothing but send the caller to HTTPS.",
  enforcementLevel: "mandatory",
  severity: "high",
  validateResource: validateClass(lb.Listener, ({ protocol, defaultActions }, report) => {
    if (protocol !== undefined && protocol !== "HTTP") return;
    for (const { type, redirect } of defaultActions) {
      if (type !== "redirect" || redirect?.protocol !== "HTTPS") {
        report(wanted("defaultActions", { type, protocol: redirect?.protocol }, "a redirect to HTTPS"));
      }
    }
  }),
};
