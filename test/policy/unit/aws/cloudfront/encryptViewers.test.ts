import { encryptViewers } from "../../../../../policy/aws/cloudfront/encryptViewers.ts";
import { distribution } from "../../../support/awsResources.ts";
import { describePolicy } from "../../../support/describePolicy.ts";

describePolicy(encryptViewers, {
  compliant: distribution,

  refuses: {
    "plain HTTP by default": {
      props: { "defaultCacheBehavior.viewerProtocolPolicy": "allow-all" },
      says: /of default is "allow-all"/,
    },
    "plain HTTP on a path": {
      props: { "orderedCacheBehaviors.0.viewerProtocolPolicy": "allow-all" },
      says: /of \/api\/\* is "allow-all"/,
    },
  },
});
