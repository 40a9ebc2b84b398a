import { Client } from "pg";
import { freePorts, waitUntil } from "../process.ts";
import { runInRootfs, serverFolder } from "./chroot.ts";
import { launchNode, orRemove, removeNodes, startNode, type NodeOptions, type ServerNode } from "./node.ts";

/** The superuser, in the database and in the root file system alike; PostgreSQL refuses to run as root. */
export const postgresUser = "postgres";
const user = postgresUser;
// Debian links only the clients into the PATH, the server's own programs lie here.
const programs = "/usr/lib/postgresql/17/bin";

interface PostgresDetails {
  readonly host: string;
  readonly port: number;
  /** `postgres://postgres@127.0.0.1:<port>/postgres`; loopback is trusted, so there is no password. */
  readonly url: string;
}

/** A node and how to reach it; address and port stay the same after a restart. */
export type PostgresNode = ServerNode & PostgresDetails;

/** A primary with its replicas. Nothing promotes a replica when the primary goes. */
export interface PostgresCluster {
  readonly primary: PostgresNode;
  /** Streaming replicas; ready when the primary streams to each. */
  readonly replicas: readonly PostgresNode[];
  /** Ends all nodes and removes their data. */
  stop(): Promise<void>;
}

// Durability is not what tests are about; what a node loses in a crash it loses for good.
const settings = [
  "fsync=off",
  "shared_buffers=16MB",
  // Its compiler is not in the root file system.
  "jit=off",
  "hot_standby=on",
  // A base backup takes two of them, a streaming replica one.
  "max_wal_senders=10",
  // Replicas have no slots: one that was down a while finds here what it missed.
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
    // Loopback alone can connect, so a password would protect nothing.
    "--auth=trust",
    // The slow part, for data that need not survive a crash of the machine.
    "--no-sync",
    "-E",
    "UTF8",
    // The root file system has no other UTF-8 locale.
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
    // Writes where the primary is and that this is a standby, so the server needs no further configuration.
    "-R",
    // The log of the time of the copy comes along, or the primary might have dropped it by the end.
    "-X",
    "stream",
    // An ordinary checkpoint is spread over minutes, and the backup waits for it.
    "-c",
    "fast",
    "--no-sync",
  ];
  await runInRootfs({ user, folder, command: backup });
  return nodeOptions(name, folder, port);
}

function nodeOptions(name: string, folder: string, port: number): NodeOptions<PostgresDetails> {
  // Debian's folder for sockets does not exist under the fresh /run, and the server would not start without it.
  const listen = ["listen_addresses=127.0.0.1", `port=${port}`, "unix_socket_directories="];
  const url = `postgres://${user}@127.0.0.1:${port}/postgres`;
  return {
    name,
    user,
    folder,
    command: [
      // Settings come as arguments, not in postgresql.conf: a replica's copy of the file would name the primary's port.
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
  // A server that is killed breaks the connection; without a listener the event would end our process.
  client.on("error", () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ value: number }>(query);
    // No row equals no number that is waited for.
    return rows[0]?.value ?? NaN;
  } finally {
    // A failed connect has nothing to end, and its own error must not be replaced.
    await client.end().catch(() => undefined);
  }
}
