import { cloudfront } from "@pulumi/aws";
import type { ResourceValidationPolicy } from "@pulumi/policy";
import { validateClass } from "../../support/validate.ts";
import { wanted } from "../../support/wanted.ts";

const modern = /^TLSv1\.(2_202[1-9]|3_)/;

export const requireModernTls: ResourceValidationPolicy = {
  name: "aws-cloudfront-require-modern-tls",
  description: "Browsers speak TLS 1.2 or newer with today's ciphers; the default certificate would allow TLS 1.0.",
  enforcementLevel: "mandatory",
  severity: "high",
  validateResource: validateClass(cloudfront.Distribution, ({ viewerCertificate }, report) => {
    const { minimumProtocolVersion, cloudfrontDefaultCertificate } = viewerCertificate;
    if (cloudfrontDefaultCertificate === true) {
      report(wanted("viewerCertificate.cloudfrontDefaultCertificate", true, "absent: name a certificate of ours"));
    }
    if (!modern.test(minimumProtocolVersion ?? "")) {
      report(wanted("viewerCertificate.minimumProtocolVersion", minimumProtocolVersion, "TLSv1.2_2021 or newer"));
    }
  }),
};
