import { useCustomerKey } from "../../../../../policy/aws/rds/useCustomerKey.ts";
import { database } from "../../../support/awsResources.ts";
import { describePolicy } from "../../../support/describePolicy.ts";

describePolicy(useCustomerKey, {
  compliant: database,

  refuses: {
    "the key of AWS": { props: { kmsKeyId: undefined }, says: /kmsKeyId is not set/ },
  },
});
