import { z } from "zod";

const details = z
  .object({ samples: z.array(z.object({ sample: z.number(), timestamp: z.number() })).optional() })
  .optional();

/** One queue of `GET /api/queues`, as far as we read it. What is absent is unknown: statistics may be switched off. */
const queueRow = z.object({
  name: z.string(),
  vhost: z.string(),
  state: z.string().optional(),
  messages_ready: z.number().optional(),
  messages_unacknowledged: z.number().optional(),
  consumers: z.number().optional(),
  message_stats: z.object({ publish_details: details, deliver_get_details: details, ack_details: details }).optional(),
});

export type QueueRow = z.infer<typeof queueRow>;
export type Details = z.infer<typeof details>;

/** All of a broker's queues at one poll. */
export interface ManagementSnapshot {
  /** When the poll began, epoch seconds. */
  readonly observedAt: number;
  /** False when the broker keeps no message counters: an absent counter is then unknown instead of zero. */
  readonly ratesKept: boolean;
  readonly rows: readonly QueueRow[];
}

/** Throws when the answer is not a list of queues. */
export function parseQueueRows(json: unknown): QueueRow[] {
  return z.array(queueRow).parse(json);
}

/** Counters are read as samples that carry the broker's time: two polls of one refresh would give a rate of zero. */
export const sampleIntervalSeconds = 5;
export const rateWindowSeconds = 10;

/** The query of one poll: only what `QueueRow` names, for brokers with thousands of queues. */
export function queuesQuery(): string {
  const counters = ["publish", "deliver_get", "ack"].map((name) => `message_stats.${name}_details.samples`);
  const columns = ["name", "vhost", "state", "messages_ready", "messages_unacknowledged", "consumers", ...counters];
  return new URLSearchParams({
    columns: columns.join(","),
    msg_rates_age: rateWindowSeconds.toString(),
    msg_rates_incr: sampleIntervalSeconds.toString(),
  }).toString();
}
