import { preventDeletion } from "../../../../../policy/aws/rds/preventDeletion.ts";
import { database } from "../../../support/awsResources.ts";
import { describePolicy } from "../../../support/describePolicy.ts";

describePolicy(preventDeletion, {
  compliant: database,

  accepts: { "no protection in dev": { props: { deletionProtection: false }, environment: "dev" } },
  refuses: {
    "no protection": { props: { deletionProtection: false }, says: /deletionProtection is false/ },
  },
});
