import { requireImdsV2 } from "../../../../../policy/aws/ec2/requireImdsV2.ts";
import { launchTemplate } from "../../../support/awsResources.ts";
import { describePolicy } from "../../../support/describePolicy.ts";

describePolicy(requireImdsV2, {
  compliant: launchTemplate,

  refuses: {
    IMDSv1: { props: { "metadataOptions.httpTokens": "optional" }, says: /httpTokens is "optional"/ },
    "two hops": { props: { "metadataOptions.httpPutResponseHopLimit": 2 }, says: /HopLimit is 2/ },
  },
});
