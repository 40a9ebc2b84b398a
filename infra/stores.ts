import type * as pulumi from "@pulumi/pulumi";
import type { PlatformConfig } from "./config/parseConfig.ts";
import { CertificateAuthority } from "./data/certificates/certificateAuthority.ts";
import { Credential } from "./data/credential.ts";
import { Pgbouncer } from "./data/pgbouncer/pgbouncer.ts";
import type { DatabaseEndpoints } from "./data/postgres/databaseEndpoints.ts";
import { RabbitMq } from "./data/rabbitmq/rabbitmq.ts";
import { Redis } from "./data/redis/redis.ts";
import type { MasterSource } from "./data/schema/masterCredential.ts";
import { Schema } from "./data/schema/schema.ts";
import type { Placement } from "./kubernetes/placement.ts";
import { checksumOf } from "./kubernetes/checksum.ts";
import { authority as authorityNames, postgresUsers, secrets, workloads } from "./naming.ts";
import { callersOf } from "./services/catalogue.ts";

/** Of the packages that the stores use, by name. */
export type Providers = Readonly<Record<string, pulumi.ProviderResource>>;

/** What the authority and the users' passwords need. */
export interface CredentialsOptions {
  readonly providers: Providers;
  /** What must stand first: the namespace. */
  readonly after: readonly pulumi.Resource[];
}

export interface Credentials {
  readonly authority: CertificateAuthority;
  readonly users: Readonly<Record<keyof typeof postgresUsers, Credential>>;
}

/** Who signs the servers' certificates, and the users of the database. */
export function createCredentials({ providers, after }: CredentialsOptions): Credentials {
  const opts = { providers, dependsOn: [...after] };
  const user = (name: string): Credential => {
    const args = { secretName: secrets.postgresOf(name), username: name };
    return new Credential(`postgres-${name.replaceAll("_", "-")}`, args, opts);
  };
  const { application, n8n, exporter } = postgresUsers;
  return {
    authority: new CertificateAuthority("authority", {}, opts),
    users: { application: user(application), n8n: user(n8n), exporter: user(exporter) },
  };
}

export interface StoresOptions {
  readonly config: PlatformConfig;
  readonly providers: Providers;
  readonly database: DatabaseEndpoints;
  /** Who may make users and databases. */
  readonly master: MasterSource;
  readonly credentials: Credentials;
  readonly storageClass: string;
  readonly placement: Placement;
  /** Divides requests and limits. */
  readonly divisor: number;
  /** What must stand first. */
  readonly after: readonly pulumi.Resource[];
}

export interface Stores {
  /** host:port of every member of the Redis cluster. */
  readonly redisNodes: readonly string[];
  /** Of the Secrets and of the authority's ConfigMap, by their names. */
  readonly checksums: Readonly<Record<string, pulumi.Output<string>>>;
  readonly all: readonly pulumi.Resource[];
}

/** Pooler, cache and broker: pods on every cluster. */
export function createStores(options: StoresOptions): Stores {
  const { config, providers, database, credentials, storageClass, placement, divisor } = options;
  const { images, sizing, safety } = config;
  const { authority, users } = credentials;
  const opts = { providers, dependsOn: [...options.after] };
  // A quorum must not stand in one zone; of a single machine there is no other.
  const zoneSpread = config.environment === "local" ? "ScheduleAnyway" : "DoNotSchedule";
  const stateful = {
    images,
    divisor,
    authority,
    storageClass,
    placement,
    zoneSpread,
    protect: safety.protect,
  } as const;

  const pgbouncer = new Pgbouncer(
    "pgbouncer",
    {
      ...{ images, divisor, authority },
      pools: config.pgbouncer,
      database,
      credential: users.application,
      clients: [...callersOf(workloads.pgbouncer), workloads.schema],
    },
    opts,
  );
  const redis = new Redis(
    "redis",
    { ...stateful, sizing: sizing.redis, clients: [...callersOf(workloads.redis), workloads.autoscaler] },
    opts,
  );
  const rabbitmq = new RabbitMq(
    "rabbitmq",
    { ...stateful, sizing: sizing.rabbitmq, clients: callersOf(workloads.rabbitmq) },
    opts,
  );
  const passwords = Object.fromEntries(Object.values(users).map(({ secretName, checksum }) => [secretName, checksum]));
  const schema = new Schema(
    "schema",
    { image: images.runtime, divisor, database, master: options.master, checksums: passwords },
    opts,
  );
  return {
    redisNodes: redis.nodes,
    checksums: {
      ...passwords,
      ...rabbitmq.checksums,
      [secrets.redis]: redis.credential.checksum,
      [authorityNames.configMap]: checksumOf({ certificate: authority.certificatePem }),
    },
    all: [pgbouncer, redis, rabbitmq, schema],
  };
}
