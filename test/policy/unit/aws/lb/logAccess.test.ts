import { logAccess } from "../../../../../policy/aws/lb/logAccess.ts";
import { loadBalancer } from "../../../support/awsResources.ts";
import { describePolicy } from "../../../support/describePolicy.ts";

describePolicy(logAccess, {
  compliant: loadBalancer,

  accepts: { "a network load balancer": { props: { loadBalancerType: "network", accessLogs: undefined } } },
  refuses: {
    "no logs": { props: { accessLogs: undefined }, says: /accessLogs.enabled is not set/ },
    "logs switched off": { props: { "accessLogs.enabled": false }, says: /is false/ },
  },
});
