import { attachFirewall } from "../../../../../policy/aws/cloudfront/attachFirewall.ts";
import { distribution } from "../../../support/awsResources.ts";
import { describePolicy } from "../../../support/describePolicy.ts";

describePolicy(attachFirewall, {
  compliant: distribution,

  refuses: {
    "no web ACL": { props: { webAclId: undefined }, says: /webAclId is not set/ },
  },
});
