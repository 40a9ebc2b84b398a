import { preventDeletion } from "../../../../../policy/aws/lb/preventDeletion.ts";
import { loadBalancer } from "../../../support/awsResources.ts";
import { describePolicy } from "../../../support/describePolicy.ts";

describePolicy(preventDeletion, {
  compliant: loadBalancer,

  accepts: { "no protection in dev": { props: { enableDeletionProtection: false }, environment: "dev" } },
  refuses: {
    "no protection": { props: { enableDeletionProtection: false }, says: /enableDeletionProtection is false/ },
  },
});
