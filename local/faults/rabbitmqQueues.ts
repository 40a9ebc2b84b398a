import type { Pods } from "./pods.ts";

/** A quorum queue's member as its node's page of metrics tells it. */
export interface QueueMember {
  readonly queue: string;
  readonly pod: string;
  /** Whether the node leads the queue: leaders alone tell how many messages wait. */
  readonly leads: boolean;
  /** Of Raft; who hears the leader is in the leader's. */
  readonly term: number;
  /** Entries of the log. */
  readonly committed: number;
  readonly applied: number;
}

const members = 3;
/** Entries between two looks at a busy queue. */
const mostBehind = 200;

const port = 15_692;
const path = "/metrics/detailed?family=queue_coarse_metrics&family=ra_metrics";

const series = /^rabbitmq_detailed_(?<name>\w+)\{vhost="\/",queue="(?<queue>[^"]+)"\} (?<value>\S+)$/gm;

/** Reads a node's page: its queues, all of whose members tell of their log. */
export function parseMembers(pod: string, page: string): readonly QueueMember[] {
  const values = new Map<string, Map<string, number>>();
  for (const { groups } of page.matchAll(series)) {
    const { name = "", queue = "", value } = groups ?? {};
    const known = values.get(queue) ?? new Map<string, number>();
    values.set(queue, known.set(name, Number(value)));
  }
  return [...values].map(([queue, known]) => ({
    ...{ queue, pod, leads: known.has("queue_messages_ready") },
    term: known.get("raft_term_total") ?? NaN,
    committed: known.get("raft_log_commit_index") ?? NaN,
    applied: known.get("raft_log_last_applied_index") ?? NaN,
  }));
}

/** The first queue whose members are not all there, in the term of its one leader and close behind it; undefined: none. */
export function quorumMissing(all: readonly QueueMember[]): string | undefined {
  const queues = [...new Set(all.map(({ queue }) => queue))];
  if (queues.length === 0) return "RabbitMQ has no queues";
  return queues.map((queue) => queueMissing(queue, all)).find((lack) => lack !== undefined);
}

function queueMissing(name: string, all: readonly QueueMember[]): string | undefined {
  const own = all.filter(({ queue }) => queue === name);
  const leaders = own.filter(({ leads }) => leads);
  const [leader] = leaders;
  if (leader === undefined || leaders.length > 1) return `${name} has ${leaders.length} leaders`;
  const online = own.filter(({ term, applied }) => term === leader.term && applied >= leader.committed - mostBehind);
  return online.length === members ? undefined : `${name} has ${online.length} of ${members} members online`;
}

/** What all nodes that are Ready tell. */
export async function queueMembers(pods: Pods): Promise<readonly QueueMember[]> {
  const ready = (await pods.states("rabbitmq")).filter((pod) => pod.ready);
  const pages = await Promise.all(ready.map(async ({ name }) => parseMembers(name, await pods.get(name, port, path))));
  return pages.flat();
}

/** What the broker lacks of three Ready members that are online in every queue. */
export async function rabbitmqMissing(pods: Pods): Promise<string | undefined> {
  const ready = (await pods.states("rabbitmq")).filter((pod) => pod.ready).length;
  if (ready !== members) return `${ready} of ${members} RabbitMQ pods are Ready`;
  return quorumMissing(await queueMembers(pods));
}
