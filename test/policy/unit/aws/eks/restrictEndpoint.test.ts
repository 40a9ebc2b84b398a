import { restrictEndpoint } from "../../../../../policy/aws/eks/restrictEndpoint.ts";
import { cluster } from "../../../support/awsResources.ts";
import { describePolicy } from "../../../support/describePolicy.ts";

describePolicy(restrictEndpoint, {
  compliant: cluster,

  accepts: {
    "known networks in dev": {
      props: { "vpcConfig.endpointPublicAccess": true, "vpcConfig.publicAccessCidrs": ["192.0.2.0/24"] },
      environment: "dev",
    },
  },
  refuses: {
    "a public endpoint in prod": {
      props: { "vpcConfig.endpointPublicAccess": true, "vpcConfig.publicAccessCidrs": ["192.0.2.0/24"] },
      says: /endpointPublicAccess is true/,
    },
    "no private endpoint": {
      props: { "vpcConfig.endpointPrivateAccess": false },
      says: /endpointPrivateAccess is false/,
    },
    "the whole internet in dev": {
      props: { "vpcConfig.endpointPublicAccess": true, "vpcConfig.publicAccessCidrs": ["0.0.0.0/0"] },
      environment: "dev",
      says: /publicAccessCidrs is \["0.0.0.0/,
    },
    "a public endpoint without a list": {
      props: { "vpcConfig.endpointPublicAccess": true },
      environment: "dev",
      says: /publicAccessCidrs is not set/,
    },
  },
});
