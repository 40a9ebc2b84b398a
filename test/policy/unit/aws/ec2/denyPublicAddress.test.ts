import { denyPublicAddress } from "../../../../../policy/aws/ec2/denyPublicAddress.ts";
import { launchTemplate } from "../../../support/awsResources.ts";
import { describePolicy } from "../../../support/describePolicy.ts";

describePolicy(denyPublicAddress, {
  compliant: launchTemplate,

  accepts: { "no interface": { props: { networkInterfaces: undefined } } },
  refuses: {
    "a public address": {
      props: { "networkInterfaces.0.associatePublicIpAddress": "true" },
      says: /associatePublicIpAddress is "true"/,
    },
  },
});
