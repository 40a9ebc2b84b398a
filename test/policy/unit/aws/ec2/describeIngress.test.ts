import { describeIngress } from "../../../../../policy/aws/ec2/describeIngress.ts";
import { describePolicy } from "../../../support/describePolicy.ts";

describePolicy(describeIngress, {
  compliant: {
    type: "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    name: "web",
    props: { cidrIpv4: "10.0.0.0/8", fromPort: 443, toPort: 443, description: "Browsers" },
  },

  refuses: {
    silence: { props: { description: undefined }, says: /description of the ingress rule is not set/ },
  },
});
