import type { Client } from "../client.ts";
import { podNames, podPath } from "./apiServer.ts";

const port = 15692;
const series = /^rabbitmq_global_messages_redelivered_total\{[^}]*\} (?<count>\S+)$/gm;

/** Messages that the node has delivered again since its start, from its page of metrics. */
export function redeliveredOn(page: string): number {
  return [...page.matchAll(series)].reduce((sum, { groups }) => sum + Number(groups?.["count"]), 0);
}

/** Of all RabbitMQ's nodes; null unless each of them answers. */
export async function readRedelivered(api: Client): Promise<number | null> {
  const pods = await podNames(api, "rabbitmq");
  try {
    const pages = await Promise.all(pods.map((pod) => api.text(`${podPath(pod, port)}/metrics`)));
    return pages.length === 0 ? null : pages.reduce((sum, page) => sum + redeliveredOn(page), 0);
  } catch {
    return null;
  }
}

/** Between two such counts; null where one is unknown, or a node's count began anew. */
export function redeliveredBetween(before: number | null, after: number | null): number | null {
  return before === null || after === null || after < before ? null : after - before;
}
