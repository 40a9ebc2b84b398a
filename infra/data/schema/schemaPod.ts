import type { types } from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { authorityMount, joinMounts, secretMount, type Mounted } from "../../kubernetes/certificates.ts";
import { quantities } from "../../kubernetes/quantities.ts";
import { containerSecurity, podSecurity } from "../../kubernetes/security.ts";
import { authority, databases, hostOf, ports, postgresUsers, secrets, workloads } from "../../naming.ts";
import { databaseNames, type DatabaseEndpoints } from "../postgres/databaseEndpoints.ts";
import { masterFile } from "./masterCredential.ts";

type PodSpec = types.input.core.v1.PodSpec;
type EnvVar = types.input.core.v1.EnvVar;

/** Of Node's images. */
const uid = 1000;
const resources = { cpu: 0.25, memoryGi: 0.25 };
/** Node with the driver of PostgreSQL does not start with less, however small the machine is. */
const least = { memoryGi: 0.125 };

const folderOf = (user: string): string => `/etc/jobsprint/${secrets.postgresOf(user)}`;
const users = Object.values(postgresUsers);

export interface SchemaPodOptions {
  /** Of the runtime library. */
  readonly image: string;
  readonly divisor: number;
}

export interface MigrateOptions extends SchemaPodOptions {
  readonly database: DatabaseEndpoints;
  readonly master: { readonly mounted: Mounted; readonly initContainers: types.input.core.v1.Container[] };
}

/** Makes users, databases and tables: as the superuser, on the primary itself. */
export function migrateSpec({ database, master, ...options }: MigrateOptions): PodSpec {
  const credentials = users.map((user) => secretMount(secrets.postgresOf(user), folderOf(user)));
  const spec = podOf("migrate", joinMounts(authorityMount, master.mounted, ...credentials), options, {
    DATABASE_HOST: database.primaryHost,
    DATABASE_PORT: String(database.port),
    DATABASE_CA_FILE: database.caFile,
    DATABASE_NAME: databaseNames.application,
    N8N_DATABASE_NAME: databaseNames.n8n,
    DATABASE_MASTER_FILE: masterFile,
    // Each with files username and password: a user that exists gets the password that the file holds.
    DATABASE_USER_FOLDERS: users.map(folderOf).join(","),
  });
  return { ...spec, initContainers: master.initContainers };
}

/** Makes the partitions of the months to come: as their owner, like any client. */
export function partitionsSpec(options: SchemaPodOptions): PodSpec {
  const user = postgresUsers.application;
  const mounted = joinMounts(authorityMount, secretMount(secrets.postgresOf(user), folderOf(user)));
  return podOf("partitions", mounted, options, {
    DATABASE_HOST: hostOf(workloads.pgbouncer),
    DATABASE_PORT: String(ports.pgbouncer),
    DATABASE_CA_FILE: authority.file,
    DATABASE_NAME: databases.readWrite,
    DATABASE_USERNAME_FILE: `${folderOf(user)}/username`,
    DATABASE_PASSWORD_FILE: `${folderOf(user)}/password`,
  });
}

function podOf(
  command: string,
  mounted: Mounted,
  { image, divisor }: SchemaPodOptions,
  environment: Readonly<Record<string, pulumi.Input<string>>>,
): PodSpec {
  return {
    serviceAccountName: workloads.schema,
    automountServiceAccountToken: false,
    securityContext: podSecurity(uid),
    restartPolicy: "Never",
    containers: [
      {
        name: command,
        image,
        command: ["node", "/app/schema.js", command],
        env: Object.entries(environment).map(([name, value]): EnvVar => ({ name, value })),
        resources: quantities(resources, { divisor, least }),
        securityContext: containerSecurity,
        volumeMounts: mounted.mounts,
      },
    ],
    volumes: mounted.volumes,
  };
}
