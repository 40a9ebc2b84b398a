import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { labelsOf, metadataOf } from "../../kubernetes/labels.ts";
import { allowTraffic } from "../../kubernetes/traffic.ts";
import { ports, workloads } from "../../naming.ts";
import { jobName } from "../jobName.ts";
import type { DatabaseEndpoints } from "../postgres/databaseEndpoints.ts";
import { MasterCredential, type MasterSource } from "./masterCredential.ts";
import { migrateSpec, partitionsSpec, type SchemaPodOptions } from "./schemaPod.ts";

export interface SchemaArgs extends SchemaPodOptions {
  readonly database: DatabaseEndpoints;
  readonly master: MasterSource;
  /** Digests of the users' Secrets, by name: a new password is given to the database by a new Job. */
  readonly checksums: Readonly<Record<string, pulumi.Input<string>>>;
}

const workload = workloads.schema;

const deadlineSeconds = 900;

/**
 * Every night, though only one month in thirty nights is new: each run makes what is missing of the months ahead, so
 * that a missed one is made up for by the next, and inserts never find no partition.
 */
const schedule = "15 3 * * *";
/** A run that could not start for so long is left to the next night. */
const startingDeadlineSeconds = 6 * 3600;

/** Users, databases, tables and partitions. Whoever uses the database depends on it. */
export class Schema extends pulumi.ComponentResource {
  /** Created once the migrations are through. */
  readonly migrations: k8s.batch.v1.Job;

  constructor(name: string, args: SchemaArgs, opts?: pulumi.ComponentResourceOptions) {
    super("jobsprint:data:Schema", name, {}, opts);
    const parent = { parent: this };
    const { image, divisor, database, checksums } = args;
    const metadata = metadataOf(workload, "data");

    const master = new MasterCredential(`${name}-master`, { source: args.master }, parent);
    const account = new k8s.core.v1.ServiceAccount(
      `${name}-account`,
      { metadata, automountServiceAccountToken: false },
      parent,
    );
    const traffic = allowTraffic(workload, {
      to: [
        { ...database.location, ports: [database.port] },
        { workloads: [workloads.pgbouncer], ports: [ports.pgbouncer] },
        ...master.traffic,
      ],
    });
    const policy = new k8s.networking.v1.NetworkPolicy(`${name}-traffic`, { metadata, spec: traffic }, parent);

    const labels = labelsOf(workload, "data");
    const spec = migrateSpec({ image, divisor, database, master });
    const digests = { ...checksums, ...(master.checksum && { master: master.checksum }) };
    this.migrations = new k8s.batch.v1.Job(
      `${name}-migrations`,
      {
        // Without a time to live: a Job that removes itself would be missed, and made again, by every update.
        metadata: { ...metadata, name: jobName(`${workload}-migrations`, { spec, digests }) },
        spec: { backoffLimit: 3, activeDeadlineSeconds: deadlineSeconds, template: { metadata: { labels }, spec } },
      },
      { ...parent, dependsOn: [account, policy, ...master.ready] },
    );
    new k8s.batch.v1.CronJob(
      `${name}-partitions`,
      {
        metadata: { ...metadata, name: `${workload}-partitions` },
        spec: {
          schedule,
          timeZone: "Etc/UTC",
          concurrencyPolicy: "Forbid",
          startingDeadlineSeconds,
          successfulJobsHistoryLimit: 1,
          failedJobsHistoryLimit: 3,
          jobTemplate: {
            spec: {
              backoffLimit: 3,
              activeDeadlineSeconds: deadlineSeconds,
              template: { metadata: { labels }, spec: partitionsSpec({ image, divisor }) },
            },
          },
        },
      },
      { ...parent, dependsOn: [this.migrations] },
    );
    this.registerOutputs({});
  }
}
