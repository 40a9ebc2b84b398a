import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { maxConnections } from "../../capacity/pools.ts";
import { ports } from "../../naming.ts";
import type { Sizing } from "../../sizing.ts";
import { databaseNames, masterUser, type DatabaseEndpoints } from "./databaseEndpoints.ts";
import { MasterSecret } from "./masterSecret.ts";
import { RdsAccess } from "./rdsAccess.ts";
import { RdsAlarms } from "./rdsAlarms.ts";
import { RdsMonitoringRole } from "./rdsMonitoringRole.ts";
import { commonSettings, engine, type InstanceDurability } from "./rdsSettings.ts";
import { primaryParameters, replicaParameters } from "./rdsParameters.ts";

/** AWS's certificates of all regions, which the images of PgBouncer and of the migrations carry at this path. */
export const rdsCaFile = "/etc/ssl/certs/rds-global-bundle.pem";

const deletionWindowInDays = 30;

export interface RdsArgs extends InstanceDurability {
  /** Unique in the account and region; the replicas add their number. */
  readonly identifier: string;
  readonly sizing: Sizing["postgres"];
  readonly vpcId: pulumi.Input<string>;
  /** Of the VPC: where the instances' addresses are. */
  readonly vpcCidr: string;
  /** Without a route to the Internet, two zones or more. */
  readonly intraSubnetIds: readonly pulumi.Input<string>[];
  /** Names; the replicas are spread over them. */
  readonly availabilityZones: readonly string[];
  readonly clusterSecurityGroupId: pulumi.Input<string>;
  readonly alarmTopicArn: pulumi.Input<string>;
}

/** PostgreSQL on RDS: a primary, and the size's read replicas. */
export class Rds extends pulumi.ComponentResource {
  readonly endpoints: DatabaseEndpoints;
  /** Of the master user's credential, which RDS makes and rotates where there is no replica: JSON with username and password. */
  readonly masterSecretArn: pulumi.Output<string>;
  /** Of the key that encrypts data and credential. */
  readonly keyArn: pulumi.Output<string>;

  constructor(name: string, args: RdsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("jobsprint:data:Rds", name, args, opts);
    const parent = { parent: this };
    const { sizing, identifier } = args;

    const key = new aws.kms.Key(
      `${name}-key`,
      { description: `Data of the database ${identifier}`, enableKeyRotation: true, deletionWindowInDays },
      { ...parent, protect: args.protect },
    );
    new aws.kms.Alias(`${name}-alias`, { name: `alias/rds/${identifier}`, targetKeyId: key.keyId }, parent);
    const access = new RdsAccess(
      `${name}-access`,
      { vpcId: args.vpcId, subnetIds: args.intraSubnetIds, clusterSecurityGroupId: args.clusterSecurityGroupId },
      parent,
    );
    const role = new RdsMonitoringRole(`${name}-monitoring`, {}, parent);
    const group = (suffix: string, parameters: typeof primaryParameters): aws.rds.ParameterGroup =>
      new aws.rds.ParameterGroup(`${name}-${suffix}`, { family: engine.family, parameters }, parent);
    const settings = {
      ...commonSettings(sizing, args),
      vpcSecurityGroupIds: [access.securityGroupId],
      performanceInsightsKmsKeyId: key.arn,
      monitoringRoleArn: role.arn,
    };

    const own =
      sizing.replicas === 0
        ? undefined
        : new MasterSecret(`${name}-master`, { identifier, keyArn: key.arn, protect: args.protect }, parent);
    const primary = this.#instance(`${name}-primary`, args, {
      ...settings,
      identifier,
      engine: "postgres",
      engineVersion: engine.version,
      dbName: databaseNames.application,
      username: masterUser,
      ...(own
        ? // Write-only: RDS is told, and tells nobody.
          { passwordWo: own.password, passwordWoVersion: 1 }
        : { manageMasterUserPassword: true, masterUserSecretKmsKeyId: key.keyId }),
      kmsKeyId: key.arn,
      allocatedStorage: sizing.storageGi,
      dbSubnetGroupName: access.subnetGroupName,
      parameterGroupName: group("primary-parameters", primaryParameters).name,
      multiAz: args.multiAz,
      backupRetentionPeriod: args.backupRetentionDays,
      deleteAutomatedBackups: !args.finalSnapshot,
      skipFinalSnapshot: !args.finalSnapshot,
      ...(args.finalSnapshot && { finalSnapshotIdentifier: `${identifier}-final` }),
    });

    const replicaParametersName = sizing.replicas > 0 ? group("replica-parameters", replicaParameters).name : undefined;
    const replicas = Array.from({ length: sizing.replicas }, (_, index) =>
      this.#instance(`${name}-replica-${index + 1}`, args, {
        ...settings,
        identifier: `${identifier}-replica-${index + 1}`,
        // User, password, storage, key, engine and subnets are the primary's: AWS takes them from nowhere else.
        replicateSourceDb: primary.identifier,
        availabilityZone: zoneOf(args.availabilityZones, index),
        ...(replicaParametersName && { parameterGroupName: replicaParametersName }),
        // AWS takes none of a replica, and a destroy would fail for want of its name.
        skipFinalSnapshot: true,
      }),
    );

    this.masterSecretArn = own?.arn ?? primary.masterUserSecrets.apply((secrets) => secrets[0]?.secretArn ?? "");
    this.keyArn = key.arn;
    this.endpoints = {
      primaryHost: primary.address,
      replicaHosts: replicas.map(({ address }) => address),
      port: ports.postgres,
      maxConnections: maxConnections(sizing.memoryGi),
      caFile: rdsCaFile,
      location: { cidrs: [args.vpcCidr] },
    };
    this.registerOutputs({ primaryHost: primary.address, masterSecretArn: this.masterSecretArn });
  }

  #instance(name: string, args: RdsArgs, settings: aws.rds.InstanceArgs): aws.rds.Instance {
    const isReplica = settings.replicateSourceDb !== undefined;
    // RDS would make the group itself, and keep what is in it for ever.
    const logs = new aws.cloudwatch.LogGroup(
      `${name}-logs`,
      {
        name: pulumi.interpolate`/aws/rds/instance/${settings.identifier}/postgresql`,
        retentionInDays: args.logRetentionDays,
      },
      { parent: this },
    );
    const instance = new aws.rds.Instance(name, settings, {
      parent: this,
      // A replica is made again from the primary.
      protect: args.protect && !isReplica,
      dependsOn: logs,
      // RDS lets the disk grow by itself; what was asked for at first would be a smaller one, which it refuses.
      ignoreChanges: ["allocatedStorage"],
    });
    new RdsAlarms(
      `${name}-alarms`,
      {
        identifier: instance.identifier,
        isReplica,
        maxConnections: maxConnections(args.sizing.memoryGi),
        storageGi: args.sizing.storageGi,
        topicArn: args.alarmTopicArn,
      },
      { parent: this },
    );
    return instance;
  }
}

/** The second zone first: RDS puts a single primary where it likes, most often into the first. */
const zoneOf = (zones: readonly string[], index: number): string => zones[(index + 1) % zones.length] ?? "";
