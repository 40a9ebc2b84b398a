import { rm } from "node:fs/promises";
import type { ManagedProcess } from "../process.ts";
import { startInRootfs, type ServerCommand } from "./chroot.ts";

/** One server process that can be stopped, killed and started again on the same data and ports. */
export interface ServerNode {
  readonly name: string;
  /** On this machine; the server sees it as /srv. Data and log are in it. */
  readonly folder: string;
  /** The present process, or the last one while the node is down. */
  readonly process: ManagedProcess;
  /** Starts the node if it is down and returns when it is ready. */
  start(): Promise<void>;
  /** Ends it in order; the data stay. */
  stop(): Promise<void>;
  /** Kills it with SIGKILL and returns when it is gone, as in a crash. */
  kill(): Promise<void>;
}

/** How to run one server, the first time and each time after it was stopped or killed. */
export interface NodeOptions<Details> extends ServerCommand {
  name: string;
  /** What ends it in order; SIGTERM when absent. */
  stopSignal?: NodeJS.Signals;
  /** Returns when the node answers; fails when its process dies. */
  ready: (process: ManagedProcess) => Promise<void>;
  /** What clients need to know: ports, urls. */
  details: Details;
}

/** Launches the process without waiting until it is ready, for members of a cluster that wait for each other. */
export async function launchNode<Details extends object>(options: NodeOptions<Details>): Promise<ServerNode & Details> {
  let current = await startInRootfs(options);
  const node: ServerNode = {
    name: options.name,
    folder: options.folder,
    get process() {
      return current;
    },
    async start() {
      if (current.exit() === undefined) return;
      current = await startInRootfs(options);
      await options.ready(current);
    },
    stop: () => current.stop(),
    async kill() {
      current.kill("SIGKILL");
      await current.exited;
    },
  };
  // Onto the node: a new object would hold the first process for ever instead of the getter.
  return Object.assign(node, options.details);
}

/** Starts a node and returns when it is ready. */
export async function startNode<Details extends object>(options: NodeOptions<Details>): Promise<ServerNode & Details> {
  const node = await launchNode(options);
  await orRemove([node], () => options.ready(node.process));
  return node;
}

/** Stops nodes and removes their folders, data and all. */
export async function removeNodes(nodes: readonly ServerNode[]): Promise<void> {
  await Promise.all(
    // All at once: members that go one by one would elect and fail over for nothing.
    nodes.map(async (node) => {
      await node.stop();
      // Not before it is gone: a server that still writes would leave half a folder.
      await rm(node.folder, { recursive: true, force: true });
    }),
  );
}

/** Does the work; when that fails, removes the nodes before it throws, so that a failed start leaves nothing behind. */
export async function orRemove<Result>(nodes: readonly ServerNode[], work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    // Reads the list only now, so that a caller may add nodes as it starts them.
    await removeNodes(nodes);
    throw error;
  }
}
