import { lb } from "@pulumi/aws";
import type { ResourceValidationPolicy } from "@pulumi/policy";
import { validateClass } from "../../support/validate.ts";
import { wanted } from "../../support/wanted.ts";

const modern = /^ELBSecurityPolicy-TLS13-1-[23]-/;

export const requireModernTls: ResourceValidationPolicy = {
  name: "aws-lb-require-modern-tls",
  description: "A TLS listener accepts TLS 1.2 and newer only; the default policy still takes TLS 1.0.",
  enforcementLevel: "mandatory",
  severity: "high",
  validateResource: validateClass(lb.Listener, ({ protocol, sslPolicy, certificateArn }, report) => {
    if (protocol !== "HTTPS" && protocol !== "TLS") return;
    if (!modern.test(sslPolicy ?? ""))
      report(wanted("sslPolicy", sslPolicy, "ELBSecurityPolicy-TLS13-1-2-… or -1-3-…"));
    if (!certificateArn) report(wanted("certificateArn", certificateArn, "the ARN of a certificate"));
  }),
};
