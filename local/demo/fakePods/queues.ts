import { connect, type ChannelModel, type ConfirmChannel } from "amqplib";

/** Executions go to the workers, reports come back; urgent executions have a queue of their own. */
export const queues = { jobs: "workflow", urgentJobs: "workflow_priority", done: "workflow-done" } as const;

/** Takes what can never be worked on. */
export const deadLetters = { queue: "workflow_dlx", exchange: "workflow.dlx" } as const;

/** Declares the platform's queues, of the platform's kind, and the one of the reports. */
export async function declareQueues(amqpUrl: string): Promise<{ connection: ChannelModel; channel: ConfirmChannel }> {
  const connection = await connect(amqpUrl);
  const channel = await connection.createConfirmChannel();
  const quorum = { "x-queue-type": "quorum" };
  await channel.assertExchange(deadLetters.exchange, "fanout", { durable: true });
  await channel.assertQueue(deadLetters.queue, { durable: true, arguments: quorum });
  await channel.bindQueue(deadLetters.queue, deadLetters.exchange, "");
  for (const queue of [queues.jobs, queues.urgentJobs])
    await channel.assertQueue(queue, {
      durable: true,
      arguments: { ...quorum, "x-dead-letter-exchange": deadLetters.exchange },
    });
  await channel.assertQueue(queues.done, { durable: true, arguments: quorum });
  return { connection, channel };
}
