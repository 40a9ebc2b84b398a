import { encryptSecrets } from "../../../../../policy/aws/eks/encryptSecrets.ts";
import { cluster } from "../../../support/awsResources.ts";
import { describePolicy } from "../../../support/describePolicy.ts";

describePolicy(encryptSecrets, {
  compliant: cluster,

  refuses: {
    "plain Secrets": { props: { encryptionConfig: undefined }, says: /encryptionConfig.resources is not set/ },
  },
});
