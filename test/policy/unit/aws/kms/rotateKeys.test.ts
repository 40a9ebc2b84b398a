import { rotateKeys } from "../../../../../policy/aws/kms/rotateKeys.ts";
import { key } from "../../../support/awsResources.ts";
import { describePolicy } from "../../../support/describePolicy.ts";

describePolicy(rotateKeys, {
  compliant: key,

  accepts: { "an asymmetric key": { props: { enableKeyRotation: undefined, customerMasterKeySpec: "RSA_4096" } } },
  refuses: {
    "no rotation": { props: { enableKeyRotation: undefined }, says: /enableKeyRotation is not set/ },
  },
});
