import { isNotFound, type ManagementClient } from "./managementClient.ts";
import { isRecord } from "./queueRow.ts";

export interface ConsumedQueues {
  readonly vhost: string;
  readonly queues: readonly string[];
}

/** RabbitMQ's own upper bound of a page. */
const pageSize = 500;
const channelColumns = "name,messages_unacknowledged";

/**
 * Address of a consumer's host → messages that its channels have not acknowledged; see `RabbitmqBroker.unacknowledgedByAddress`.
 * The list of channels names no queue (only a single channel does), so the channels are those that the queues name as consumers.
 */
export async function unacknowledgedByAddress(
  client: ManagementClient,
  { vhost, queues }: ConsumedQueues,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, number>> {
  const ofQueues = await Promise.all(queues.map((queue) => consumers(client, { vhost, queue }, signal)));
  const addresses = new Map(ofQueues.flat().map(({ channel, address }) => [channel, address]));
  const counts = await unacknowledgedByChannel(client, addresses, signal);
  const sums = new Map<string, number>();
  const unknown = new Set<string>();
  for (const [channel, address] of addresses) {
    const count = counts.get(channel);
    if (count === undefined) unknown.add(address);
    else sums.set(address, (sums.get(address) ?? 0) + count);
  }
  // A sum that lacks a channel would be too low.
  for (const address of unknown) sums.delete(address);
  return sums;
}

interface Consumer {
  readonly channel: string;
  readonly address: string;
}

async function consumers(
  client: ManagementClient,
  { vhost, queue }: { vhost: string; queue: string },
  signal: AbortSignal,
): Promise<Consumer[]> {
  const path = `api/queues/${encodeURIComponent(vhost)}/${encodeURIComponent(queue)}?columns=consumer_details`;
  const read = (json: unknown): Consumer[] => {
    const details = isRecord(json) ? json["consumer_details"] : undefined;
    // An absent list is that of a broker without statistics, which is not that of a queue without consumers.
    if (!Array.isArray(details)) throw new Error(`the broker does not tell the consumers of queue ${queue}`);
    return details.map((one: unknown) => consumerOf(one, queue));
  };
  try {
    return await client.get(path, signal, read);
  } catch (error) {
    if (isNotFound(error)) throw new Error(`queue ${queue} on vhost ${vhost} does not exist`, { cause: error });
    throw error;
  }
}

function consumerOf(json: unknown, queue: string): Consumer {
  const channel = isRecord(json) ? json["channel_details"] : undefined;
  if (!isRecord(channel) || typeof channel["name"] !== "string" || typeof channel["peer_host"] !== "string")
    throw new Error(`the broker does not tell the channel of a consumer of queue ${queue}`);
  return { channel: channel["name"], address: normaliseAddress(channel["peer_host"]) };
}

interface Page {
  readonly pageCount: number;
  readonly channels: readonly unknown[];
}

async function unacknowledgedByChannel(
  client: ManagementClient,
  wanted: ReadonlyMap<string, unknown>,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  for (let page = 1, pageCount = 1; page <= pageCount && counts.size < wanted.size; page += 1) {
    const path = `api/channels?page=${page}&page_size=${pageSize}&columns=${channelColumns}`;
    const answer = await client.get(path, signal, parsePage);
    pageCount = answer.pageCount;
    for (const channel of answer.channels) {
      if (!isRecord(channel)) continue;
      const { name, messages_unacknowledged: count } = channel;
      if (typeof name === "string" && typeof count === "number" && wanted.has(name)) counts.set(name, count);
    }
  }
  return counts;
}

function parsePage(json: unknown): Page {
  if (!isRecord(json) || !Array.isArray(json["items"]) || typeof json["page_count"] !== "number")
    throw new Error("the answer is not a page of channels");
  return { pageCount: json["page_count"], channels: json["items"] };
}

/** An IPv4 address that a dual-stack listener shows as IPv6 (`::ffff:10.0.0.1`) as IPv4: pods are known by that. */
export function normaliseAddress(address: string): string {
  return address.toLowerCase().replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/, "");
}
