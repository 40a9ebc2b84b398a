import type { Pods } from "./pods.ts";

/** A quorum queue as the broker tells it. */
export interface QuorumQueue {
  readonly name: string;
  /** Pods. */
  readonly leader: string;
  readonly members: readonly string[];
  readonly online: readonly string[];
}

interface Told {
  readonly name: string;
  readonly leader: string;
  readonly members: readonly string[];
  readonly online: readonly string[];
}

const members = 3;

/** "rabbit@rabbitmq-0.rabbitmq-nodes.…" → "rabbitmq-0". */
const podOf = (node: string): string => (node.split("@")[1] ?? node).split(".")[0] ?? node;

/** Reads what `rabbitmqctl list_queues --formatter json` prints. */
export function parseQueues(text: string): readonly QuorumQueue[] {
  // A warning of Erlang's may stand before it.
  const told = JSON.parse(text.slice(Math.max(0, text.indexOf("[")))) as Told[];
  return told.map(({ name, leader, members: all, online }) => ({
    name,
    leader: podOf(leader),
    members: all.map(podOf),
    online: online.map(podOf),
  }));
}

/** The first queue that lacks a member; undefined: none does. */
export function quorumMissing(queues: readonly QuorumQueue[]): string | undefined {
  if (queues.length === 0) return "RabbitMQ has no queues";
  const short = queues.find(({ online }) => online.length < members);
  return short && `${short.name} has ${short.online.length} of ${members} members online`;
}

/** Asks one member; each time an Erlang of its own is started for it, so ask seldom. */
export async function listQueues(pods: Pods, pod: string): Promise<readonly QuorumQueue[]> {
  const columns = ["name", "leader", "members", "online"];
  return parseQueues(
    await pods.exec({ pod, container: "rabbitmq" }, [
      ...["rabbitmqctl", "-q", "list_queues", "--formatter", "json", "--timeout", "30"],
      ...columns,
    ]),
  );
}

/** What the broker lacks of three Ready members that are online in every queue. */
export async function rabbitmqMissing(pods: Pods): Promise<string | undefined> {
  const ready = (await pods.states("rabbitmq")).filter((pod) => pod.ready);
  if (ready.length !== members) return `${ready.length} of ${members} RabbitMQ pods are Ready`;
  return quorumMissing(await listQueues(pods, ready[0]?.name ?? ""));
}
