import { logFlows } from "../../../../../policy/aws/ec2/logFlows.ts";
import { vpc } from "../../../support/awsResources.ts";
import { describePolicy } from "../../../support/describePolicy.ts";
import type { CapturedResource } from "../../../support/violationsOf.ts";

const log: CapturedResource = {
  type: "aws:ec2/flowLog:FlowLog",
  name: "flows",
  props: { vpcId: "vpc-1", trafficType: "ALL" },
};

describePolicy(logFlows, {
  compliant: vpc,
  others: [log],

  refuses: {
    "no log": { others: [], says: /no FlowLog/ },
    "accepted traffic alone": {
      others: [{ ...log, props: { vpcId: "vpc-1", trafficType: "ACCEPT" } }],
      says: /trafficType of flows is "ACCEPT"/,
    },
    "the log of another VPC": {
      others: [{ ...log, props: { vpcId: "vpc-2", trafficType: "ALL" } }],
      says: /no FlowLog/,
    },
  },
});
