import type { AwsFoundation } from "./awsFoundation.ts";
import type { AwsPlatformConfig } from "./config/parseConfig.ts";
import { AlarmTopic } from "./data/postgres/alarmTopic.ts";
import { Rds } from "./data/postgres/rds.ts";
import type { Generators } from "./generators.ts";
import { physicalName } from "./naming.ts";

/** PostgreSQL of a stack on AWS, and who is told when it suffers. */
export function createAwsDatabase(
  config: AwsPlatformConfig,
  { cloud, network, cluster }: AwsFoundation,
  generators: Generators,
): Rds {
  const onAws = { providers: { aws: cloud, ...generators } };
  const { alarmEmail, accountId, safety, sizing } = config;
  const topic = new AlarmTopic("alarms", { email: alarmEmail, accountId, protect: safety.protect }, onAws);
  // In the subnets that no route leads out of: it calls nobody.
  return new Rds(
    "postgres",
    {
      ...safety,
      identifier: physicalName(config.environment),
      sizing: sizing.postgres,
      vpcId: network.vpcId,
      vpcCidr: config.network.cidr,
      intraSubnetIds: network.intraSubnetIds,
      availabilityZones: config.network.availabilityZones,
      clusterSecurityGroupId: cluster.securityGroupId,
      alarmTopicArn: topic.arn,
    },
    onAws,
  );
}
