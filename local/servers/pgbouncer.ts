import { freePort, waitUntil } from "../process.ts";
import { serverFolder } from "./chroot.ts";
import { removeNodes, startNode, type ServerNode } from "./node.ts";
import { askPostgres, postgresUser } from "./postgres.ts";

export interface PgbouncerOptions {
  /** Name as clients see it → the server behind it. */
  readonly databases: Readonly<Record<string, { host: string; port: number; database: string }>>;
  readonly poolMode?: "transaction" | "session" | "statement";
  /** Further lines of the [pgbouncer] section. */
  readonly settings?: readonly string[];
}

export interface Pgbouncer {
  readonly node: ServerNode;
  readonly port: number;
  url(database: string): string;
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
    "auth_type = any",
    `admin_users = ${postgresUser}`,
  ];
  const lines = ["[databases]", ...databases, "[pgbouncer]", ...listen, ...pool, ...(options.settings ?? []), ""];
  const url = (database: string): string => `postgres://${postgresUser}@127.0.0.1:${port}/${database}`;
  const first = Object.keys(options.databases)[0] ?? "postgres";
  const node = await startNode({
    name: "pgbouncer",
    user: postgresUser,
    folder: await serverFolder("pgbouncer", postgresUser, { "pgbouncer.ini": lines.join("\n") }),
    command: ["pgbouncer", "/srv/pgbouncer.ini"],
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
