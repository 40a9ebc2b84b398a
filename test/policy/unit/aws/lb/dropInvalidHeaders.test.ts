import { dropInvalidHeaders } from "../../../../../policy/aws/lb/dropInvalidHeaders.ts";
import { loadBalancer } from "../../../support/awsResources.ts";
import { describePolicy } from "../../../support/describePolicy.ts";

describePolicy(dropInvalidHeaders, {
  compliant: loadBalancer,

  accepts: {
    "a network load balancer": { props: { loadBalancerType: "network", dropInvalidHeaderFields: undefined } },
  },
  refuses: {
    silence: { props: { dropInvalidHeaderFields: undefined }, says: /dropInvalidHeaderFields is not set/ },
  },
});
