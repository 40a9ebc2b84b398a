import { authenticateByApi } from "../../../../../policy/aws/eks/authenticateByApi.ts";
import { cluster } from "../../../support/awsResources.ts";
import { describePolicy } from "../../../support/describePolicy.ts";

describePolicy(authenticateByApi, {
  compliant: cluster,

  refuses: {
    "the ConfigMap too": {
      props: { "accessConfig.authenticationMode": "API_AND_CONFIG_MAP" },
      says: /authenticationMode is "API_AND/,
    },
    silence: { props: { accessConfig: undefined }, says: /not set/ },
  },
});
