import { logControlPlane } from "../../../../../policy/aws/eks/logControlPlane.ts";
import { cluster } from "../../../support/awsResources.ts";
import { describePolicy } from "../../../support/describePolicy.ts";

describePolicy(logControlPlane, {
  compliant: cluster,

  refuses: {
    "a missing log": {
      props: { enabledClusterLogTypes: ["api", "audit"] },
      says: /authenticator, controllerManager, scheduler too/,
    },
    "no log": { props: { enabledClusterLogTypes: undefined }, says: /not set/ },
  },
});
