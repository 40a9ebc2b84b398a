import { randomBytes } from "node:crypto";
import { rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { freePort, freePorts, temporaryFolder, waitUntil, type ManagedProcess } from "../process.ts";
import { runInRootfs, serverFolder } from "./chroot.ts";
import { launchNode, orRemove, removeNodes, startNode, type NodeOptions, type ServerNode } from "./node.ts";
import { nodeConfig, nodeEnvironment, type RabbitmqPorts } from "./rabbitmqConfig.ts";

const user = "rabbitmq";
// Not Debian's wrappers on the PATH: they write to /var/log, call su, and stand between us and the server.
const tools = "/usr/lib/rabbitmq/bin";

interface RabbitmqDetails {
  /** `amqp://127.0.0.1:<port>`, without credentials. */
  readonly amqpUrl: string;
  /** `http://127.0.0.1:<port>`, without the path /api and without credentials. */
  readonly managementUrl: string;
  /** The page `/metrics` of this node. */
  readonly prometheusUrl: string;
}

/** A node and how to reach it; names, ports and data stay the same after a restart. */
export type RabbitmqNode = ServerNode & RabbitmqDetails;

/** How large the broker is and what differs from its defaults. */
export interface RabbitmqOptions {
  /** 1 when absent. Two would stop at the loss of either: a quorum needs both. */
  nodes?: 1 | 3;
  /** How often queue statistics are collected, milliseconds; RabbitMQ's own default is 5000. */
  statisticsIntervalMs?: number;
  /** Further lines of rabbitmq.conf. */
  config?: readonly string[];
}

/** A running broker. Every node has the same user, an administrator. */
export interface Rabbitmq {
  readonly nodes: readonly RabbitmqNode[];
  /** Of the first node, without credentials. */
  readonly amqpUrl: string;
  /** Of the first node: when that one is killed, ask another of `nodes`. */
  readonly managementUrl: string;
  /** Of the first node, with credentials: for amqplib's `connect`, not for logs. */
  readonly amqpUrlWithCredentials: string;
  readonly username: string;
  readonly password: string;
  /** Files of one line without its end, readable by us alone, as the services take their credentials. */
  readonly usernameFile: string;
  readonly passwordFile: string;
  /** Runs rabbitmqctl on the first node that is up; returns what it prints. */
  ctl(args: readonly string[]): Promise<string>;
  /** Ends nodes and epmd and removes data and credential files. */
  stop(): Promise<void>;
}

/** What the nodes of one broker have in common. */
interface Shared {
  username: string;
  password: string;
  /** Erlang's shared secret: nodes and tools that do not know it are turned away. */
  cookie: string;
  /** A name server of this broker's own, so that two runs may have nodes of the same name. */
  epmdPort: number;
  /** Erlang node names of all members. */
  members: readonly string[];
}

/** A RabbitMQ broker of one node or a cluster of three, with management and Prometheus plugins. Ready when it returns. */
export async function startRabbitmq(options: RabbitmqOptions = {}): Promise<Rabbitmq> {
  const size = options.nodes ?? 1;
  const shared: Shared = {
    username: "jobsprint",
    // Letters that need no escaping in a URL.
    password: randomBytes(18).toString("base64url"),
    cookie: randomBytes(18).toString("base64url"),
    epmdPort: await freePort(),
    members: Array.from({ length: size }, (_, i) => `rabbit${i + 1}@localhost`),
  };
  const epmd = await startEpmd(shared.epmdPort);
  const nodes: RabbitmqNode[] = [];
  const all: ServerNode[] = [epmd];
  return orRemove(all, async () => {
    // Not one after the other until ready: a member waits for the others.
    for (const member of shared.members) {
      const node = await launchNode(await nodeOptions(member, shared, options));
      nodes.push(node);
      all.push(node);
    }
    await Promise.all(nodes.map((node) => waitForNode(node, node.process, shared)));
    return assemble(nodes, epmd, shared);
  });
}

/** The name server of Erlang nodes, which RabbitMQ would otherwise leave running as a daemon. */
async function startEpmd(port: number): Promise<ServerNode> {
  return startNode({
    name: "epmd",
    user,
    folder: await serverFolder("epmd", user),
    command: ["epmd", "-address", "127.0.0.1", "-port", port.toString()],
    details: {},
    ready: (process) => waitUntil(() => accepts(port), { what: "epmd to listen", processes: [process] }),
  });
}

async function nodeOptions(
  member: string,
  shared: Shared,
  options: RabbitmqOptions,
): Promise<NodeOptions<RabbitmqDetails>> {
  const [amqp = 0, management = 0, prometheus = 0, distribution = 0] = await freePorts(4);
  const ports: RabbitmqPorts = { amqp, management, prometheus, distribution, epmd: shared.epmdPort };
  const [name = member] = member.split("@");
  const details = {
    amqpUrl: `amqp://127.0.0.1:${amqp}`,
    managementUrl: `http://127.0.0.1:${management}`,
    prometheusUrl: `http://127.0.0.1:${prometheus}/metrics`,
  };
  return {
    name,
    user,
    folder: await serverFolder(name, user, {
      ".erlang.cookie": shared.cookie,
      // An Erlang term: the full stop belongs to it.
      enabled_plugins: "[rabbitmq_management,rabbitmq_prometheus].\n",
      "rabbitmq.conf": nodeConfig({ ...shared, ...options, ports }),
    }),
    command: [`${tools}/rabbitmq-server`],
    env: nodeEnvironment(member, ports),
    details,
    ready: (process) => waitForNode(details, process, shared),
  };
}

/** Ready: it accepts clients, serves its metrics and has joined all members that run. */
async function waitForNode(node: RabbitmqDetails, process: ManagedProcess, shared: Shared): Promise<void> {
  const authorization = `Basic ${Buffer.from(`${shared.username}:${shared.password}`).toString("base64")}`;
  const isReady = async (): Promise<boolean> => {
    // The nodes a member knows: before it has joined, that is itself alone.
    const answer = await fetch(`${node.managementUrl}/api/nodes`, { headers: { authorization } });
    if (!answer.ok) return false;
    const members = (await answer.json()) as { name: string; running: boolean }[];
    // The others need not run: a node that comes back while one is down is ready all the same.
    const joined = members.length === shared.members.length && members.some((one) => one.running);
    return joined && (await fetch(node.prometheusUrl)).ok && (await accepts(Number(new URL(node.amqpUrl).port)));
  };
  // Three nodes that start at once on few cores take far longer than one.
  const what = `${process.name} to accept clients`;
  await waitUntil(isReady, { what, timeoutSeconds: 120, intervalMs: 200, processes: [process] });
}

async function assemble(nodes: readonly RabbitmqNode[], epmd: ServerNode, shared: Shared): Promise<Rabbitmq> {
  const { username, password, epmdPort, members } = shared;
  const [first] = nodes;
  if (first === undefined) throw new Error("a broker needs at least one node");
  const credentials = temporaryFolder("rabbitmq-credentials");
  const usernameFile = join(credentials, "username");
  const passwordFile = join(credentials, "password");
  await writeFile(usernameFile, username, { mode: 0o600 });
  await writeFile(passwordFile, password, { mode: 0o600 });
  return {
    nodes,
    amqpUrl: first.amqpUrl,
    managementUrl: first.managementUrl,
    amqpUrlWithCredentials: first.amqpUrl.replace("amqp://", `amqp://${username}:${password}@`),
    username,
    password,
    usernameFile,
    passwordFile,
    async ctl(args) {
      // Members and nodes are in the same order.
      const index = nodes.findIndex((node) => node.process.exit() === undefined);
      const up = nodes[index];
      if (up === undefined) throw new Error("rabbitmqctl: no node runs");
      const command = [`${tools}/rabbitmqctl`, "--node", members[index] ?? "", ...args];
      const env = { ERL_EPMD_PORT: epmdPort.toString(), ERL_EPMD_ADDRESS: "127.0.0.1" };
      // In the node's own folder, where the tool finds the cookie.
      return runInRootfs({ user, folder: up.folder, command, env });
    },
    async stop() {
      await removeNodes(nodes);
      // Last: without it no node finds another.
      await removeNodes([epmd]);
      await rm(credentials, { recursive: true, force: true });
    },
  };
}

/** Whether something accepts connections at this port of 127.0.0.1. */
function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => {
      resolve(false);
    });
  });
}
