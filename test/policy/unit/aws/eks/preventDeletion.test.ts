import { preventDeletion } from "../../../../../policy/aws/eks/preventDeletion.ts";
import { cluster } from "../../../support/awsResources.ts";
import { describePolicy } from "../../../support/describePolicy.ts";

describePolicy(preventDeletion, {
  compliant: cluster,

  accepts: { "no protection in dev": { props: { deletionProtection: false }, environment: "dev" } },
  refuses: {
    "no protection": { props: { deletionProtection: undefined }, says: /deletionProtection is not set/ },
  },
});
