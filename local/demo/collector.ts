import type { Channel } from "amqplib";
import type { DoneReport, Ledger } from "./ledger.ts";
import { queues } from "./publisher.ts";

/** Enters every report of a worker into the ledger. */
export async function collectReports(channel: Channel, ledger: Ledger): Promise<void> {
  await channel.prefetch(500);
  await channel.consume(queues.done, (message) => {
    if (message === null) return;
    ledger.done(JSON.parse(message.content.toString("utf8")) as DoneReport);
    channel.ack(message);
  });
}
