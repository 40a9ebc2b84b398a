import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

export type RdsMonitoringRoleArgs = Readonly<Record<string, never>>;

/** The role with which RDS writes what the operating system of an instance does: Enhanced Monitoring. */
export class RdsMonitoringRole extends pulumi.ComponentResource {
  /** Known once the policy is in place: RDS tries the role at once. */
  readonly arn: pulumi.Output<string>;

  constructor(name: string, args: RdsMonitoringRoleArgs = {}, opts?: pulumi.ComponentResourceOptions) {
    super("jobsprint:data:RdsMonitoringRole", name, args, opts);
    const parent = { parent: this };
    const trust = {
      Version: "2012-10-17",
      Statement: [
        { Effect: "Allow", Principal: { Service: "monitoring.rds.amazonaws.com" }, Action: "sts:AssumeRole" },
      ],
    };
    const role = new aws.iam.Role(`${name}-role`, { assumeRolePolicy: JSON.stringify(trust) }, parent);
    const policyArn = "arn:aws:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole";
    const policy = new aws.iam.RolePolicyAttachment(`${name}-policy`, { role: role.name, policyArn }, parent);
    this.arn = pulumi.all([role.arn, policy.id]).apply(([arn]) => arn);
    this.registerOutputs({ arn: this.arn });
  }
}
