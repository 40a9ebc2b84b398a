import { controlOriginAccess } from "../../../../../policy/aws/cloudfront/controlOriginAccess.ts";
import { distribution } from "../../../support/awsResources.ts";
import { describePolicy } from "../../../support/describePolicy.ts";

describePolicy(controlOriginAccess, {
  compliant: distribution,

  refuses: {
    "an open bucket": {
      props: { "origins.0.originAccessControlId": undefined },
      says: /originAccessControlId of assets is not set/,
    },
    "the old identity": {
      props: { "origins.0": { originId: "assets", domainName: "x", s3OriginConfig: {} } },
      says: /originAccessControlId/,
    },
  },
});
