import { connectionsEach, type Pools } from "../../capacity/pools.ts";
import { certificate, databases, ports, postgresUsers } from "../../naming.ts";
import { databaseNames } from "../postgres/databaseEndpoints.ts";

/** What PgBouncer is told. */
export interface PgbouncerSettings {
  readonly primaryHost: string;
  /** Without any, reads go to the primary too. */
  readonly replicaHosts: readonly string[];
  /** Of all of them. */
  readonly port: number;
  /** Whose signature the servers' certificates bear. */
  readonly caFile: string;
  readonly pools: Pools;
}

/** Where the pod has its files. */
export const folders = { configuration: "/etc/pgbouncer", users: "/etc/pgbouncer-users" } as const;

/** The exporter's name at PgBouncer's own console; it may look, and from within the pod alone. */
export const statsUser = "stats";

/** Seconds. The first four are the strategy's. */
export const seconds = {
  /** No server connection is older: its memory is given back, and a new address of the primary is found. */
  serverLifetime: 3600,
  serverIdle: 30,
  connect: 2,
  queryWait: 2,
  /** The next attempt after a failed one; the default, 15, would outlast every client's patience. */
  loginRetry: 1,
} as const;

/**
 * Clients of one PgBouncer that is left alone: pools of 20 to `rw` and 30 to `ro` and two checks in each of twenty gateways
 * and eighteen pods of the AI and the integration service, and three from each of sixty workers are 2,156.
 */
const maxClients = 2500;

/** Seconds until a server that went without a word is noticed: the system's own two hours would hold its clients. */
const silence = { beforeProbe: 10, betweenProbes: 5, probes: 3 } as const;

/** Statements of a client that PgBouncer prepares again on whichever server connection is next. */
const maxPreparedStatements = 200;

/**
 * pgbouncer.ini: databases rw and ro, pooled by transaction, TLS on both sides. Several replicas need PgBouncer 1.25:
 * before, it took the whole list of hosts for the name in the certificate (its issue 1300).
 */
export function pgbouncerIni(settings: PgbouncerSettings): string {
  const { primaryHost, replicaHosts, port, caFile, pools } = settings;
  const readers = replicaHosts.length > 0 ? replicaHosts : [primaryHost];
  const database = (hosts: readonly string[]): string =>
    `host=${hosts.join(",")} port=${port} dbname=${databaseNames.application} load_balance_hosts=round-robin`;
  return lines({
    databases: {
      [databases.readWrite]: database([primaryHost]),
      [databases.readOnly]: database(readers),
    },
    pgbouncer: {
      listen_addr: "*",
      listen_port: ports.pgbouncer,
      unix_socket_dir: "",
      auth_type: "hba",
      auth_hba_file: `${folders.configuration}/pg_hba.conf`,
      auth_file: `${folders.users}/userlist.txt`,
      stats_users: statsUser,
      pool_mode: "transaction",
      default_pool_size: pools.poolSize,
      max_db_connections: connectionsEach(pools.replicas),
      max_client_conn: maxClients,
      max_prepared_statements: maxPreparedStatements,
      server_lifetime: seconds.serverLifetime,
      server_idle_timeout: seconds.serverIdle,
      server_connect_timeout: seconds.connect,
      server_login_retry: seconds.loginRetry,
      query_wait_timeout: seconds.queryWait,
      tcp_keepidle: silence.beforeProbe,
      tcp_keepintvl: silence.betweenProbes,
      tcp_keepcnt: silence.probes,
      // Milliseconds, for what has been sent and not been acknowledged, which no probe is sent for.
      tcp_user_timeout: 1000 * (silence.beforeProbe + silence.betweenProbes),
      // JDBC drivers and some tools set it at every start; it changes how floats are printed, no more.
      ignore_startup_parameters: "extra_float_digits",
      client_tls_sslmode: "require",
      client_tls_cert_file: `${certificate.folder}/tls.crt`,
      client_tls_key_file: `${certificate.folder}/tls.key`,
      server_tls_sslmode: "verify-full",
      server_tls_ca_file: caFile,
      // A line for each of a thousand clients tells nothing.
      log_connections: 0,
      log_disconnections: 0,
    },
  });
}

/** Who may connect: the application by password and TLS, the exporter from within the pod without one. */
export function hostBasedAccess(): string {
  const names = Object.values(databases).join(",");
  return [
    `hostssl ${names} ${postgresUsers.application} all scram-sha-256`,
    `hostssl pgbouncer ${statsUser} 127.0.0.1/32 trust`,
    "",
  ].join("\n");
}

/** userlist.txt: passwords in clear, since PgBouncer itself logs in with them; letters and digits alone. */
export const userList = (password: string): string =>
  `"${postgresUsers.application}" "${password}"\n"${statsUser}" ""\n`;

function lines(sections: Readonly<Record<string, Readonly<Record<string, string | number>>>>): string {
  const sectionLines = Object.entries(sections).flatMap(([name, settings]) => [
    `[${name}]`,
    ...Object.entries(settings).map(([key, value]) => `${key} = ${value}`.trimEnd()),
    "",
  ]);
  return sectionLines.join("\n");
}
