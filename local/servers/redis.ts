import { createClient } from "redis";
import { freePort, freePorts, waitUntil } from "../process.ts";
import { runInRootfs, serverFolder } from "./chroot.ts";
import { orRemove, launchNode, removeNodes, startNode, type NodeOptions, type ServerNode } from "./node.ts";

const user = "redis";

interface RedisDetails {
  readonly port: number;
  /** `redis://127.0.0.1:<port>`, no password. */
  readonly url: string;
}

/** A node and how to reach it; the port stays the same after a restart. */
export type RedisNode = ServerNode & RedisDetails;

/** One Redis without a cluster; its url stays the same after a restart of the node. */
export interface RedisServer extends RedisDetails {
  readonly node: RedisNode;
  /** Stops the server and removes its data. */
  stop(): Promise<void>;
}

/** Several nodes that share the slots. A client needs one url; the cluster tells it the rest. */
export interface RedisCluster {
  /** Masters first, as created; a failover changes the roles. */
  readonly nodes: readonly RedisNode[];
  readonly urls: readonly string[];
  /** Ends all nodes and removes their folders. */
  stop(): Promise<void>;
}

/** Sends one command on a connection of its own. Throws when the server does not answer. */
async function ask(port: number, ...command: string[]): Promise<string> {
  // No second attempt: the caller polls, and a client that retries would hide that the server is down.
  const client = createClient({ socket: { host: "127.0.0.1", port, reconnectStrategy: false, connectTimeout: 2000 } });
  // The failed connect below throws; the event would end our process.
  client.on("error", () => undefined);
  try {
    await client.connect();
    return await client.sendCommand<string>(command);
  } finally {
    client.destroy();
  }
}

/** Nothing is written to disk but the cluster's node table: what a test stores dies with the process. */
async function nodeOptions(
  name: string,
  port: number,
  settings: readonly string[],
): Promise<NodeOptions<RedisDetails>> {
  const listen = ["--bind", "127.0.0.1", "--port", port.toString()];
  return {
    name,
    user,
    folder: await serverFolder(name, user),
    // An empty --save: without it Redis takes snapshots even when no configuration asks for them.
    command: ["redis-server", ...listen, "--dir", "/srv", "--save", "", "--appendonly", "no", ...settings],
    details: { port, url: `redis://127.0.0.1:${port}` },
    ready: (process) =>
      waitUntil(async () => (await ask(port, "PING")) === "PONG", { what: `${name} to answer`, processes: [process] }),
  };
}

/** One Redis on a free port of 127.0.0.1. `settings` are further command line settings, e.g. `--maxmemory 10mb`. */
export async function startRedis(settings: readonly string[] = []): Promise<RedisServer> {
  const node = await startNode(await nodeOptions("redis", await freePort(), settings));
  return { node, port: node.port, url: node.url, stop: () => removeNodes([node]) };
}

/** A Redis Cluster on free ports; ready when every node sees all slots covered and every replica is in step. */
export async function startRedisCluster(
  options: { masters?: number; replicasPerMaster?: number; nodeTimeoutMs?: number } = {},
): Promise<RedisCluster> {
  const { masters = 3, replicasPerMaster = 1, nodeTimeoutMs = 2000 } = options;
  const size = masters * (1 + replicasPerMaster);
  // Each node has a port for clients and one for the cluster's own bus.
  const ports = await freePorts(2 * size);
  const nodes: RedisNode[] = [];
  return orRemove(nodes, async () => {
    for (let i = 0; i < size; i++) {
      const [port = 0, busPort = 0] = ports.slice(2 * i);
      // The default bus port is port + 10000, which nobody has checked to be free.
      const cluster = ["--cluster-enabled", "yes", "--cluster-port", busPort.toString()];
      const timeout = ["--cluster-node-timeout", nodeTimeoutMs.toString()];
      nodes.push(await launchNode(await nodeOptions(`redis-${i + 1}`, port, [...cluster, ...timeout])));
    }
    const processes = nodes.map((node) => node.process);
    const all = async (test: (port: number) => Promise<boolean>): Promise<boolean> =>
      (await Promise.all(nodes.map((node) => test(node.port)))).every(Boolean);
    await waitUntil(() => all(async (port) => (await ask(port, "PING")) === "PONG"), {
      what: "all Redis nodes to answer",
      processes,
    });
    await createCluster(nodes, replicasPerMaster);
    await waitUntil(() => all((port) => isSettled(port, size)), { what: "the Redis cluster to settle", processes });
    return { nodes, urls: nodes.map((node) => node.url), stop: () => removeNodes(nodes) };
  });
}

async function createCluster(nodes: readonly RedisNode[], replicasPerMaster: number): Promise<void> {
  const addresses = nodes.map((node) => `127.0.0.1:${node.port}`);
  // Without the last one it asks on standard input.
  const replicas = ["--cluster-replicas", replicasPerMaster.toString(), "--cluster-yes"];
  const folder = nodes[0]?.folder ?? "";
  // It waits for ever when nodes cannot reach each other, so it gets a deadline.
  await runInRootfs({ user, folder, command: ["redis-cli", "--cluster", "create", ...addresses, ...replicas] }, 60);
}

async function isSettled(port: number, size: number): Promise<boolean> {
  const cluster = await ask(port, "CLUSTER", "INFO");
  const replication = await ask(port, "INFO", "replication");
  // A replica is listed long before it has copied its master's data.
  const inStep = replication.includes("role:master") || replication.includes("master_link_status:up");
  return cluster.includes("cluster_state:ok") && cluster.includes(`cluster_known_nodes:${size}`) && inStep;
}
