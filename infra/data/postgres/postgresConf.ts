import { maxConnections } from "../../capacity/pools.ts";
import { authority, certificate } from "../../naming.ts";

/** Where the pod has its files. */
export interface PostgresFolders {
  readonly configuration: string;
  readonly certificate: string;
  readonly authorityFile: string;
  /** The volume. */
  readonly volume: string;
  /** On memory: the password, in the form that replication reads. */
  readonly memory: string;
  /** Of the Secret. */
  readonly credential: string;
}

export const postgresFolders: PostgresFolders = {
  configuration: "/etc/postgresql",
  certificate: certificate.folder,
  authorityFile: authority.file,
  volume: "/var/lib/postgresql",
  memory: "/run/postgresql",
  credential: "/etc/jobsprint/postgres",
};

/** Of memory, PostgreSQL's own advice for a server that has the machine to itself. */
const sharedBuffersShare = 0.25;

export interface PostgresMemory {
  /** GiB of the size, whose number of connections RDS would allow: the pools are the same everywhere. */
  readonly planned: number;
  /** GiB of the container. */
  readonly actual: number;
}

/** postgresql.conf of primary and replicas. */
export function postgresConf({ planned, actual }: PostgresMemory, folders: PostgresFolders = postgresFolders): string {
  return [
    "listen_addresses = '*'",
    "unix_socket_directories = ''",
    `hba_file = '${folders.configuration}/pg_hba.conf'`,
    "ssl = on",
    `ssl_cert_file = '${folders.certificate}/tls.crt'`,
    `ssl_key_file = '${folders.certificate}/tls.key'`,
    `max_connections = ${maxConnections(planned)}`,
    `shared_buffers = ${Math.max(16, Math.floor(actual * 1024 * sharedBuffersShare))}MB`,
    // A vacuum on the primary would otherwise cancel long reads on a replica.
    "hot_standby_feedback = on",
    // A replica that never returns must not fill the primary's disk.
    "max_slot_wal_keep_size = 1GB",
    "idle_in_transaction_session_timeout = 60s",
    "log_min_duration_statement = 1s",
    // Its compiler takes longer than the short queries of this platform.
    "jit = off",
    "",
  ].join("\n");
}

/** pg_hba.conf: nobody connects without TLS and a password. */
export const hostBasedAccess = [
  "hostssl all         all      all scram-sha-256",
  "hostssl replication postgres all scram-sha-256",
  "",
].join("\n");
