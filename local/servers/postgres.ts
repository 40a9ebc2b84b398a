import { Client } from "pg";
import { freePorts, waitUntil } from "../process.ts";
import { runInRootfs, serverFolder } from "./chroot.ts";
import { launchNode, orRemove, removeNodes, startNode, type NodeOptions, type ServerNode } from "./node.ts";

export const postgresUser = "postgres";
const user = postgresUser;
const programs = "/usr/lib/postgresql/17/bin";

interface PostgresDetails {
  readonly host: string;
  readonly port: number;
  /** `postgres://postgres@127.0.0.1:<port>/postgres`; loopback is trusted, so there is no password. */
  readonly url: string;
}

export type PostgresNode = ServerNode & PostgresDetails;

export interface PostgresCluster {
  readonly primary: PostgresNode;
  /** Streaming replicas; ready when the primary streams to each. */
  readonly replicas: readonly PostgresNode[];
  stop(): Promise<void>;
}

// Durability is not what tests are about; what a node loses in a crash it loses for good.
const settings = [
  "fsync=off",
  "shared_buffers=16MB",
  "jit=off",
  "hot_standby=on",
  "max_wal_senders=10",
  "wal_keep_size=64MB",
];

/** One primary on a free port of 127.0.0.1, and up to two replicas that stream from it. */
export async function startPostgres(options: { replicas?: 0 | 1 | 2 } = {}): Promise<PostgresCluster> {
  const { replicas: count = 0 } = options;
  const nodes: PostgresNode[] = [];
  return orRemove(nodes, async () => {
    const [port = 0, ...replicaPorts] = await freePorts(1 + count);
    const primary = await startNode(await primaryOptions(port));
    nodes.push(primary);
    for (const [index, replicaPort] of replicaPorts.entries()) {
      nodes.push(await launchNode(await replicaOptions(`postgres-replica-${index + 1}`, replicaPort, primary.port)));
    }
    const replicas = nodes.slice(1);
    await waitUntil(async () => (await streaming(primary.url)) === count, {
      what: "all PostgreSQL replicas to stream",
      processes: nodes.map((node) => node.process),
    });
    return { primary, replicas, stop: () => removeNodes(nodes) };
  });
}

async function primaryOptions(port: number): Promise<NodeOptions<PostgresDetails>> {
  const folder = await serverFolder("postgres", user);
  const initdb = [
    `${programs}/initdb`,
    "-D",
    "/srv/data",
    "-U",
    user,
    "--auth=trust",
    "--no-sync",
    "-E",
    "UTF8",
    "--locale=C.UTF-8",
  ];
  await runInRootfs({ user, folder, command: initdb });
  return nodeOptions("postgres", folder, port);
}

async function replicaOptions(name: string, port: number, primaryPort: number): Promise<NodeOptions<PostgresDetails>> {
  const folder = await serverFolder(name, user);
  const source = ["-h", "127.0.0.1", "-p", primaryPort.toString(), "-U", user];
  const backup = [
    `${programs}/pg_basebackup`,
    ...source,
    "-D",
    "/srv/data",
    "-R",
    "-X",
    "stream",
    "-c",
    "fast",
    "--no-sync",
  ];
  await runInRootfs({ user, folder, command: backup });
  return nodeOptions(name, folder, port);
}

function nodeOptions(name: string, folder: string, port: number): NodeOptions<PostgresDetails> {
  const listen = ["listen_addresses=127.0.0.1", `port=${port}`, "unix_socket_directories="];
  const url = `postgres://${user}@127.0.0.1:${port}/postgres`;
  return {
    name,
    user,
    folder,
    command: [
      `${programs}/postgres`,
      "-D",
      "/srv/data",
      ...[...listen, ...settings].flatMap((setting) => ["-c", setting]),
    ],
    // Fast shutdown: SIGTERM would wait for every client.
    stopSignal: "SIGINT",
    details: { host: "127.0.0.1", port, url },
    ready: (process) =>
      waitUntil(async () => (await askPostgres(url, "select 1 as value")) === 1, {
        what: `${name} to answer`,
        processes: [process],
      }),
  };
}

const streaming = (url: string): Promise<number> =>
  askPostgres(url, "select count(*)::int as value from pg_stat_replication where state = 'streaming'");

/** One number on a connection of its own. Throws when the server does not answer. */
export async function askPostgres(url: string, query: string): Promise<number> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 2000 });
  client.on("error", () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ value: number }>(query);
    return rows[0]?.value ?? NaN;
  } finally {
    await client.end().catch(() => undefined);
  }
}
