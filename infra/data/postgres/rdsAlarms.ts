import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

export interface RdsAlarmsArgs {
  /** Of the instance that is watched. */
  readonly identifier: pulumi.Input<string>;
  readonly isReplica: boolean;
  readonly maxConnections: number;
  /** GiB at the time of creation; the disk grows by itself. */
  readonly storageGi: number;
  /** Encrypted by a key that CloudWatch may use. */
  readonly topicArn: pulumi.Input<string>;
}

interface Alarm {
  readonly metric: string;
  readonly statistic: "Average" | "Maximum" | "Minimum";
  readonly comparison: "GreaterThanOrEqualToThreshold" | "LessThanOrEqualToThreshold";
  readonly threshold: number;
  readonly description: string;
}

/** Three periods of five minutes: a backup or a vacuum alone raises none of them. */
const periods = { period: 300, evaluationPeriods: 3 } as const;

/** Where each alarm begins. */
const marks = {
  cpuPercent: 80,
  connectionShare: 0.8,
  /** RDS lets the disk grow at a tenth free: this tells before, and that it could not. */
  freeStorageShare: 0.1,
  /** Seconds: a user who has just saved something sees it again. */
  lagSeconds: 30,
} as const;

/** CloudWatch alarms of one instance. */
export class RdsAlarms extends pulumi.ComponentResource {
  constructor(name: string, args: RdsAlarmsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("jobsprint:data:RdsAlarms", name, args, opts);
    for (const alarm of alarmsFor(args)) {
      new aws.cloudwatch.MetricAlarm(
        `${name}-${alarm.metric}`,
        {
          namespace: "AWS/RDS",
          metricName: alarm.metric,
          dimensions: { DBInstanceIdentifier: args.identifier },
          statistic: alarm.statistic,
          comparisonOperator: alarm.comparison,
          threshold: alarm.threshold,
          ...periods,
          alarmDescription: alarm.description,
          alarmActions: [args.topicArn],
          okActions: [args.topicArn],
          // An instance that tells nothing is not well.
          treatMissingData: "breaching",
        },
        { parent: this },
      );
    }
    this.registerOutputs({});
  }
}

function alarmsFor({ isReplica, maxConnections, storageGi }: RdsAlarmsArgs): Alarm[] {
  const above = { statistic: "Average", comparison: "GreaterThanOrEqualToThreshold" } as const;
  const connections = Math.floor(marks.connectionShare * maxConnections);
  const alarms: Alarm[] = [
    { ...above, metric: "CPUUtilization", threshold: marks.cpuPercent, description: `CPU above ${marks.cpuPercent} %` },
    {
      ...above,
      metric: "DatabaseConnections",
      threshold: connections,
      description: `${connections} of ${maxConnections} connections in use: look at the pools of PgBouncer and n8n`,
    },
    {
      metric: "FreeStorageSpace",
      statistic: "Minimum",
      comparison: "LessThanOrEqualToThreshold",
      threshold: Math.floor(storageGi * marks.freeStorageShare * 2 ** 30),
      description: `Less than ${marks.freeStorageShare * 100} % of ${storageGi} GiB free: has the disk reached its maximum?`,
    },
  ];
  if (!isReplica) return alarms;
  const lag = `Replica ${marks.lagSeconds} s behind: readers see the past`;
  return [...alarms, { ...above, metric: "ReplicaLag", threshold: marks.lagSeconds, description: lag }];
}
