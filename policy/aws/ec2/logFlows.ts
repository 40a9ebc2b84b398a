import type { StackValidationPolicy } from "@pulumi/policy";
import { awsType } from "../../support/awsType.ts";
import { refersTo } from "../../support/refersTo.ts";
import { validateEach } from "../../support/validate.ts";
import { wanted } from "../../support/wanted.ts";

export const logFlows: StackValidationPolicy = {
  name: "aws-ec2-log-flows",
  description: "Every VPC logs who spoke to whom: after a break-in it is the only witness outside of the machines.",
  enforcementLevel: "mandatory",
  severity: "medium",
  validateStack: validateEach((vpc, report, { resources }) => {
    if (vpc.type !== awsType.vpc) return;
    const log = resources.find((other) => other.type === awsType.flowLog && refersTo(other, "vpcId", vpc));
    if (log === undefined) {
      report("VPC has no FlowLog, but must have one");
      return;
    }
    const traffic: unknown = log.props["trafficType"];
    if (traffic !== "ALL" && traffic !== "REJECT") {
      report(wanted(`trafficType of ${log.name}`, traffic, '"ALL" or "REJECT"'));
    }
  }),
};
