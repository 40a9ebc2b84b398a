import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

export type FirewallArgs = Readonly<Record<string, never>>;

/** CloudFront and its firewall are global; their settings live there. */
export const globalRegion = "us-east-1";

/** Of one address in five minutes: an office of a hundred users behind one, at ten times their mean rate. */
const requestLimit = 2000;

/** AWS's own groups of rules, and those of them that only count here. */
const managedGroups = [
  // Bodies beyond 16 KB are workflows that are saved.
  { group: "AWSManagedRulesCommonRuleSet", counted: ["SizeRestrictions_BODY"] },
  { group: "AWSManagedRulesKnownBadInputsRuleSet", counted: [] },
] as const;

/** Ends floods and known attacks at CloudFront. */
export class Firewall extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;

  constructor(name: string, args: FirewallArgs, opts?: pulumi.ComponentResourceOptions) {
    super("jobsprint:edge:Firewall", name, args, opts);
    // First: what is thrown away for its rate needs no look at its content.
    const rateLimit = {
      name: "rate-limit",
      priority: 0,
      action: { block: {} },
      statement: { rateBasedStatement: { limit: requestLimit, aggregateKeyType: "IP", evaluationWindowSec: 300 } },
      visibilityConfig: visible("rate-limit"),
    };
    const managed = managedGroups.map(({ group, counted }, position) => ({
      name: group,
      priority: position + 1,
      overrideAction: { none: {} },
      statement: {
        managedRuleGroupStatement: {
          vendorName: "AWS",
          name: group,
          ruleActionOverrides: counted.map((rule) => ({ name: rule, actionToUse: { count: {} } })),
        },
      },
      visibilityConfig: visible(group),
    }));
    const acl = new aws.wafv2.WebAcl(
      `${name}-acl`,
      {
        region: globalRegion,
        scope: "CLOUDFRONT",
        description: "In front of the load balancer",
        defaultAction: { allow: {} },
        rules: [rateLimit, ...managed],
        visibilityConfig: visible("firewall"),
      },
      { parent: this },
    );
    this.arn = acl.arn;
    this.registerOutputs({ arn: this.arn });
  }
}

/** Counted in CloudWatch and sampled, so that a false alarm can be found. */
function visible(metricName: string): {
  cloudwatchMetricsEnabled: boolean;
  sampledRequestsEnabled: boolean;
  metricName: string;
} {
  return { cloudwatchMetricsEnabled: true, sampledRequestsEnabled: true, metricName };
}
