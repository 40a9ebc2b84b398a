import { requireModernTls } from "../../../../../policy/aws/cloudfront/requireModernTls.ts";
import { distribution } from "../../../support/awsResources.ts";
import { describePolicy } from "../../../support/describePolicy.ts";

describePolicy(requireModernTls, {
  compliant: distribution,

  refuses: {
    "TLS 1.0": {
      props: { "viewerCertificate.minimumProtocolVersion": "TLSv1" },
      says: /minimumProtocolVersion is "TLSv1"/,
    },
    "old ciphers": {
      props: { "viewerCertificate.minimumProtocolVersion": "TLSv1.2_2019" },
      says: /TLSv1.2_2021 or newer/,
    },
    "the default certificate": {
      props: { "viewerCertificate.cloudfrontDefaultCertificate": true },
      says: /cloudfrontDefaultCertificate is true/,
    },
  },
});
