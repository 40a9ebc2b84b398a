import { denyPublicAccess } from "../../../../../policy/aws/rds/denyPublicAccess.ts";
import { database } from "../../../support/awsResources.ts";
import { describePolicy } from "../../../support/describePolicy.ts";

describePolicy(denyPublicAccess, {
  compliant: database,

  refuses: {
    "a public address": { props: { publiclyAccessible: true }, says: /publiclyAccessible is true/ },
  },
});
