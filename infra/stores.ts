import type * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { PlatformConfig } from "./config/parseConfig.ts";
import { CertificateAuthority } from "./data/certificates/certificateAuthority.ts";
import { Credential } from "./data/credential.ts";
import { Pgbouncer } from "./data/pgbouncer/pgbouncer.ts";
import type { DatabaseEndpoints } from "./data/postgres/databaseEndpoints.ts";
import { RabbitMq } from "./data/rabbitmq/rabbitmq.ts";
import { Redis } from "./data/redis/redis.ts";
import type { Generators } from "./generators.ts";
import type { Placement } from "./kubernetes/placement.ts";
import { postgresUsers, secrets, workloads } from "./naming.ts";
import { callersOf } from "./services/catalogue.ts";

/** What the authority and the users' passwords need. */
export interface CredentialsOptions {
  readonly cluster: kubernetes.Provider;
  readonly generators: Generators;
  /** What must stand first: the namespace. */
  readonly after: readonly pulumi.Resource[];
}

export interface Credentials {
  readonly authority: CertificateAuthority;
  readonly users: Readonly<Record<keyof typeof postgresUsers, Credential>>;
}

/** Who signs the servers' certificates, and the users of the database. */
export function createCredentials({ cluster, generators, after }: CredentialsOptions): Credentials {
  const opts = { providers: { kubernetes: cluster, ...generators }, dependsOn: [...after] };
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
  readonly cluster: kubernetes.Provider;
  readonly generators: Generators;
  readonly database: DatabaseEndpoints;
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
  /** Of the Secrets, by their names. */
  readonly checksums: Readonly<Record<string, pulumi.Output<string>>>;
  readonly all: readonly pulumi.Resource[];
}

/** Pooler, cache and broker: pods on every cluster. */
export function createStores(options: StoresOptions): Stores {
  const { config, cluster, generators, credentials, storageClass, placement, divisor } = options;
  const { images, sizing, safety } = config;
  const { authority, users } = credentials;
  const opts = { providers: { kubernetes: cluster, ...generators }, dependsOn: [...options.after] };
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
      database: options.database,
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
  return {
    redisNodes: redis.nodes,
    checksums: {
      ...rabbitmq.checksums,
      [secrets.redis]: redis.credential.checksum,
      ...Object.fromEntries(Object.values(users).map(({ secretName, checksum }) => [secretName, checksum])),
    },
    all: [pgbouncer, redis, rabbitmq],
  };
}
