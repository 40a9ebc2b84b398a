import { denyOpenIngress } from "../../../../../policy/aws/ec2/denyOpenIngress.ts";
import { loadBalancer } from "../../../support/awsResources.ts";
import { describePolicy } from "../../../support/describePolicy.ts";
import type { CapturedResource } from "../../../support/violationsOf.ts";

const group: CapturedResource = { type: "aws:ec2/securityGroup:SecurityGroup", name: "group", props: {} };
const balancer = (internal: boolean): CapturedResource => ({
  ...loadBalancer,
  props: { internal, securityGroups: ["<group.id>"] },
});

describePolicy(denyOpenIngress, {
  compliant: {
    type: "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    name: "web",
    props: {
      securityGroupId: "<group.id>",
      cidrIpv4: "0.0.0.0/0",
      fromPort: 443,
      toPort: 443,
      description: "Browsers",
    },
  },
  others: [group, balancer(false)],
  accepts: { "a known network": { props: { cidrIpv4: "10.0.0.0/8", fromPort: 22, toPort: 22 } } },
  refuses: {
    "port 22": { props: { fromPort: 22, toPort: 22 }, says: /ports 22 to 22 is \["0.0.0.0/ },
    "a range of ports": { props: { fromPort: 80 }, says: /ports 80 to 443/ },
    "every port": {
      props: { fromPort: undefined, toPort: undefined, cidrIpv4: undefined, cidrIpv6: "::/0" },
      says: /ports any to any is \["::/,
    },
    "a group of nobody's": { others: [group], says: /ports 443/ },
    "an internal load balancer": { others: [group, balancer(true)], says: /ports 443/ },
  },
});
