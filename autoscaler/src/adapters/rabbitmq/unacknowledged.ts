import { z } from "zod";
import { isNotFound, type ManagementClient } from "./managementClient.ts";

/** The queues that a target's pods consume from, all of one vhost. */
export interface ConsumedQueues {
  readonly vhost: string;
  readonly queues: readonly string[];
}

/** RabbitMQ's own upper bound of a page. */
const pageSize = 500;
/** A channel's full row has dozens of fields; a broker with thousands of channels feels it. */
const channelColumns = "name,messages_unacknowledged";

const queue = z.object({
  consumer_details: z.array(
    z.object({
      // The broker gives an empty list in place of a connection that it does not know yet.
      channel_details: z.union([z.object({ name: z.string(), peer_host: z.string() }), z.array(z.never())]),
    }),
  ),
});
const channelPage = z.object({
  page_count: z.number(),
  items: z.array(z.object({ name: z.string(), messages_unacknowledged: z.number().optional() })),
});

/**
 * Address of a consumer's host → messages that its channels have not acknowledged; see `RabbitmqBroker.unacknowledgedByAddress`.
 * The list of channels names no queue (only a single channel does), so the channels are those that the queues name as consumers.
 */
export async function unacknowledgedByAddress(
  client: ManagementClient,
  { vhost, queues }: ConsumedQueues,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, number>> {
  const ofQueues = await Promise.all(queues.map((name) => consumers(client, { vhost, name }, signal)));
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

/** One subscription: the name of its channel, and the host it comes from. */
interface Consumer {
  readonly channel: string;
  readonly address: string;
}

async function consumers(
  client: ManagementClient,
  { vhost, name }: { vhost: string; name: string },
  signal: AbortSignal,
): Promise<Consumer[]> {
  const path = `api/queues/${encodeURIComponent(vhost)}/${encodeURIComponent(name)}?columns=consumer_details`;
  const read = (json: unknown): Consumer[] => {
    const { success, data } = queue.safeParse(json);
    // An absent list is that of a broker without statistics, which is not that of a queue without consumers.
    if (!success) throw new Error(`the broker does not tell the consumers of queue ${name}`);
    // Whose consumer that is will be known at the next read; until then its address is unknown.
    return data.consumer_details.flatMap(({ channel_details: details }) =>
      "name" in details ? [{ channel: details.name, address: normaliseAddress(details.peer_host) }] : [],
    );
  };
  try {
    return await client.get(path, signal, read);
  } catch (error) {
    if (isNotFound(error)) throw new Error(`queue ${name} on vhost ${vhost} does not exist`, { cause: error });
    throw error;
  }
}

/** Counts of the wanted channels; one that is not listed, or has no statistics yet, is absent. */
async function unacknowledgedByChannel(
  client: ManagementClient,
  wanted: ReadonlyMap<string, unknown>,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  for (let page = 1, pageCount = 1; page <= pageCount && counts.size < wanted.size; page += 1) {
    const path = `api/channels?page=${page}&page_size=${pageSize}&columns=${channelColumns}`;
    const answer = await client.get(path, signal, parsePage);
    pageCount = answer.page_count;
    for (const { name, messages_unacknowledged: count } of answer.items) {
      if (count !== undefined && wanted.has(name)) counts.set(name, count);
    }
  }
  return counts;
}

function parsePage(json: unknown): z.infer<typeof channelPage> {
  const { success, data } = channelPage.safeParse(json);
  if (!success) throw new Error("the answer is not a page of channels");
  return data;
}

/** An IPv4 address that a dual-stack listener shows as IPv6 (`::ffff:10.0.0.1`) as IPv4: pods are known by that. */
export function normaliseAddress(address: string): string {
  return address.toLowerCase().replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/, "");
}
