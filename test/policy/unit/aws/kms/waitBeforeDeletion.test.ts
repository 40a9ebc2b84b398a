import { waitBeforeDeletion } from "../../../../../policy/aws/kms/waitBeforeDeletion.ts";
import { key } from "../../../support/awsResources.ts";
import { describePolicy } from "../../../support/describePolicy.ts";

describePolicy(waitBeforeDeletion, {
  compliant: key,

  accepts: {
    "a week in dev": { props: { deletionWindowInDays: 7 }, environment: "dev" },
    "the default of AWS": { props: { deletionWindowInDays: undefined } },
  },
  refuses: {
    "a week": { props: { deletionWindowInDays: 7 }, says: /deletionWindowInDays is 7/ },
  },
});
