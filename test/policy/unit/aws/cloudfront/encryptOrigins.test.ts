import { encryptOrigins } from "../../../../../policy/aws/cloudfront/encryptOrigins.ts";
import { distribution } from "../../../support/awsResources.ts";
import { describePolicy } from "../../../support/describePolicy.ts";

describePolicy(encryptOrigins, {
  compliant: distribution,

  refuses: {
    "a plain origin": {
      props: { "origins.1.customOriginConfig.originProtocolPolicy": "match-viewer" },
      says: /of api is "match-viewer"/,
    },
    "TLS 1.0": {
      props: { "origins.1.customOriginConfig.originSslProtocols": ["TLSv1", "TLSv1.2"] },
      says: /originSslProtocols of api/,
    },
  },
});
