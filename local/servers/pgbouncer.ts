import { freePort, waitUntil } from "../process.ts";
import { serverFolder } from "./chroot.ts";
import { removeNodes, startNode, type ServerNode } from "./node.ts";
import { askPostgres, postgresUser } from "./postgres.ts";

/** A pooler without passwords: it is reached at loopback alone. */
export interface PgbouncerOptions {
  /** Name as clients see it → the server behind it. */
  readonly databases: Readonly<Record<string, { host: string; port: number; database: string }>>;
  /** When a server connection goes back to the pool; after each transaction when absent. */
  readonly poolMode?: "transaction" | "session" | "statement";
  /** Further lines of the [pgbouncer] section. */
  readonly settings?: readonly string[];
}

/** A running pooler. It depends on its databases: stop it first. */
export interface Pgbouncer {
  readonly node: ServerNode;
  readonly port: number;
  /** `postgres://postgres@127.0.0.1:<port>/<database>`: a name of `databases`, or `pgbouncer` for its own console. */
  url(database: string): string;
  /** Ends it and removes its folder. */
  stop(): Promise<void>;
}

/** PgBouncer on a free port of 127.0.0.1 in front of the databases given. */
export async function startPgbouncer(options: PgbouncerOptions): Promise<Pgbouncer> {
  const port = await freePort();
  const databases = Object.entries(options.databases).map(
    ([name, { host, port: upstream, database }]) =>
      `${name} = host=${host} port=${upstream} dbname=${database} user=${postgresUser}`,
  );
  const pool = [`pool_mode = ${options.poolMode ?? "transaction"}`, "default_pool_size = 20", "max_client_conn = 1000"];
  const listen = [
    "listen_addr = 127.0.0.1",
    `listen_port = ${port}`,
    "unix_socket_dir =",
    // Whatever name a client gives is ignored, so each database above names the user it logs in as.
    "auth_type = any",
    `admin_users = ${postgresUser}`,
  ];
  const lines = ["[databases]", ...databases, "[pgbouncer]", ...listen, ...pool, ...(options.settings ?? []), ""];
  const url = (database: string): string => `postgres://${postgresUser}@127.0.0.1:${port}/${database}`;
  // The question that tells readiness goes through the pooler to a real server.
  const first = Object.keys(options.databases)[0] ?? "postgres";
  const node = await startNode({
    name: "pgbouncer",
    user: postgresUser,
    folder: await serverFolder("pgbouncer", postgresUser, { "pgbouncer.ini": lines.join("\n") }),
    command: ["pgbouncer", "/srv/pgbouncer.ini"],
    // SIGTERM would wait until every client has left, and a test's pool may never do so.
    stopSignal: "SIGINT",
    details: { port },
    ready: (process) =>
      waitUntil(async () => (await askPostgres(url(first), "select 1 as value")) === 1, {
        what: "pgbouncer to answer",
        processes: [process],
      }),
  });
  return { node, port, url, stop: () => removeNodes([node]) };
}
