import { denyAccessKeys } from "../../../../../policy/aws/iam/denyAccessKeys.ts";
import { describePolicy } from "../../../support/describePolicy.ts";

describePolicy(denyAccessKeys, {
  compliant: { type: "aws:iam/role:Role", name: "role", props: {} },
  refuses: {
    "that kind of resource": {
      resource: { type: "aws:iam/accessKey:AccessKey", name: "key", props: { user: "deployer" } },
      says: /user of an access key is "deployer"/,
    },
  },
});
