import type { Client } from "../client.ts";
import { podPath, runningPods } from "./apiServer.ts";

const port = 15692;
const series = /^rabbitmq_global_messages_redelivered_total\{[^}]*\} (?<count>\S+)$/gm;

/** Messages that RabbitMQ's nodes have delivered again, by the start of a node: with each its count begins anew. */
export type Redelivered = ReadonlyMap<string, number>;

/** Messages that the node has delivered again since its start, from its page of metrics. */
export function redeliveredOn(page: string): number {
  return [...page.matchAll(series)].reduce((sum, { groups }) => sum + Number(groups?.["count"]), 0);
}

/** Of all RabbitMQ's nodes; null unless each of them answers. */
export async function readRedelivered(api: Client): Promise<Redelivered | null> {
  const pods = await runningPods(api, "rabbitmq");
  try {
    const counts = await Promise.all(
      pods.map(async ({ name, startedAt }) => {
        const page = await api.text(`${podPath(name, port)}/metrics`);
        // A pod of a StatefulSet keeps its name over restarts.
        return [`${name} since ${startedAt ?? "never"}`, redeliveredOn(page)] as const;
      }),
    );
    return counts.length === 0 ? null : new Map(counts);
  } catch {
    return null;
  }
}

/** Between two such counts; null where one is unknown, or a node began anew: what it had counted is gone. */
export function redeliveredBetween(before: Redelivered | null, after: Redelivered | null): number | null {
  if (before === null || after?.size !== before.size) return null;
  let sum = 0;
  for (const [node, count] of after) {
    const then = before.get(node);
    if (then === undefined || count < then) return null;
    sum += count - then;
  }
  return sum;
}
