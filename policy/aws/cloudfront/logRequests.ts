import type { StackValidationPolicy } from "@pulumi/policy";
import { refersTo } from "../../support/refersTo.ts";
import { validateEach } from "../../support/validate.ts";

export const logRequests: StackValidationPolicy = {
  name: "aws-cloudfront-log-requests",
  description: "Every distribution logs its requests: what CloudFront answers itself is seen nowhere else.",
  enforcementLevel: "mandatory",
  severity: "medium",
  validateStack: validateEach((distribution, report, { resources }) => {
    if (distribution.type !== "aws:cloudfront/distribution:Distribution") return;
    const delivered = resources.some(
      (source) =>
        source.type === "aws:cloudwatch/logDeliverySource:LogDeliverySource" &&
        refersTo(source, "resourceArn", distribution),
    );
    const { bucket } = (distribution.props["loggingConfig"] ?? {}) as { bucket?: string };
    if (!delivered && !bucket) {
      report("distribution has no access logs, but must have loggingConfig or a LogDeliverySource");
    }
  }),
};
