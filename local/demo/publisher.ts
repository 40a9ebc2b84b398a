import { setTimeout as delay } from "node:timers/promises";
import type { ConfirmChannel } from "amqplib";
import type { Ledger } from "./ledger.ts";
import type { Job } from "./workload.ts";

/** Jobs go to the workers, reports come back; both are counted, each by the job's id. */
export const queues = { jobs: "workflow", done: "workflow-done" } as const;

/** Declares both queues as quorum queues: they survive a broker's restart. */
export async function declareQueues(channel: ConfirmChannel): Promise<void> {
  for (const queue of Object.values(queues))
    await channel.assertQueue(queue, { durable: true, arguments: { "x-queue-type": "quorum" } });
}

/**
 * Publishes each job at its time and waits for all confirms. Open loop: a slow broker delays no later job, and what is
 * late is told. Returns the lags behind the schedule in seconds.
 */
export async function publishAll(
  channel: ConfirmChannel,
  jobs: readonly Job[],
  ledger: Ledger,
): Promise<readonly number[]> {
  const begun = Date.now() / 1000;
  const lags: number[] = [];
  for (const { id, at, workSeconds } of jobs) {
    // From the start, not from the job before: delays would add up otherwise.
    const aheadSeconds = begun + at - Date.now() / 1000;
    if (aheadSeconds > 0) await delay(aheadSeconds * 1000);
    const publishedAt = Date.now() / 1000;
    lags.push(Math.max(0, publishedAt - begun - at));
    // Before it is sent: the ledger has to know every job that may be reported.
    ledger.published(id, publishedAt);
    const options = { messageId: id, persistent: true, contentType: "application/json" };
    // Whether the channel wants a pause is ignored: waiting for it would close the loop.
    channel.sendToQueue(queues.jobs, Buffer.from(JSON.stringify({ workSeconds })), options, (error: unknown) => {
      if (error === null || error === undefined) ledger.confirmed(id);
    });
  }
  // A refused message is no reason to end: the ledger shows it as unconfirmed.
  await channel.waitForConfirms().catch(() => undefined);
  return lags;
}
