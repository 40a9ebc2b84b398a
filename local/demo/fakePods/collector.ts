import type { Channel } from "amqplib";
import type { DoneReport, Ledger } from "../ledger.ts";
import { queues } from "./queues.ts";

/** Enters every report of a worker into the ledger. */
export async function collectReports(channel: Channel, ledger: Ledger): Promise<void> {
  // Without a limit the broker pushes all it has, and one slow moment holds everything in memory.
  await channel.prefetch(500);
  await channel.consume(queues.done, (message) => {
    // The queue was deleted: what is missing shows in the ledger.
    if (message === null) return;
    ledger.done(JSON.parse(message.content.toString("utf8")) as DoneReport);
    // Only now: a report lost on the way would count as a lost job.
    channel.ack(message);
  });
}
