import type { Channel, ChannelModel } from "amqplib";
import type { AmqpConnection } from "./amqpConnection.ts";

/** Queue name → messages ready at this moment; null: the queue does not exist. */
export type ReadyCounts = ReadonlyMap<string, number | null>;

const notFound = 404;

/** Counts by passive declares, all sent on one channel. A queue that does not exist closes the channel, so the rest is asked again. */
export async function readyCounts(connection: AmqpConnection, names: readonly string[]): Promise<ReadyCounts> {
  const model = await connection.open();
  const counts = new Map<string, number | null>();
  let open = [...new Set(names)];
  while (open.length > 0) {
    const failure = await checkAll(model, open, counts);
    open = open.filter((name) => !counts.has(name));
    if (failure !== undefined && failure !== notFound) throw failure;
  }
  return counts;
}

/** Fills in what was answered; returns what ended the channel, `notFound` when it was a queue that does not exist. */
async function checkAll(
  model: ChannelModel,
  names: readonly string[],
  counts: Map<string, number | null>,
): Promise<Error | typeof notFound | undefined> {
  const channel = await model.createChannel();
  // Each call below rejects as well; without a listener the event would end the process.
  channel.on("error", () => undefined);
  const results = await Promise.allSettled(names.map((name) => channel.checkQueue(name)));
  let failure: Error | typeof notFound | undefined;
  for (const [i, result] of results.entries()) {
    const name = names[i] ?? "";
    if (result.status === "fulfilled") counts.set(name, result.value.messageCount);
    else failure ??= firstFailure(name, result.reason, counts);
  }
  if (failure === undefined) await closeQuietly(channel);
  return failure;
}

/** The channel's first rejection is the cause; all later ones only say that it is closed. */
function firstFailure(name: string, reason: unknown, counts: Map<string, number | null>): Error | typeof notFound {
  if (reason instanceof Error && "code" in reason && reason.code === notFound) {
    counts.set(name, null);
    return notFound;
  }
  return reason instanceof Error ? reason : new Error(String(reason));
}

async function closeQuietly(channel: Channel): Promise<void> {
  // A connection lost after the answers changes nothing about them.
  await channel.close().catch(() => undefined);
}
