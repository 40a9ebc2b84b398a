import { z } from "zod";

/** Optional everywhere: a strict number with a default of 0 is how keda#7180 scaled to zero. */
const count = z.number().optional();

/** A counter at several times of the broker, milliseconds. */
const details = z
  .object({ samples: z.array(z.object({ sample: z.number(), timestamp: z.number() })).optional() })
  .optional();

/** One queue of `GET /api/queues`, as far as we read it. What is absent is unknown: statistics may be switched off. */
const queueRow = z.object({
  name: z.string(),
  vhost: z.string(),
  // Values differ between versions; `combine` decides which of them it trusts.
  state: z.string().optional(),
  messages_ready: count,
  messages_unacknowledged: count,
  consumers: count,
  message_stats: z.object({ publish_details: details, deliver_get_details: details, ack_details: details }).optional(),
  /** Of a classic queue with `x-max-priority`, up to RabbitMQ 3.12.7 only. */
  backing_queue_status: z.object({ priority_lengths: z.record(z.string(), z.number()).optional() }).optional(),
  /** Of a quorum queue since RabbitMQ 4.0: priorities above 4, up to 4, and given back, of either. */
  messages_ready_high: count,
  messages_ready_normal: count,
  messages_ready_returned: count,
});
const queueRows = z.array(queueRow);

/** One queue's row, checked. */
export type QueueRow = z.infer<typeof queueRow>;
/** Samples of one counter; undefined before the first message of its kind. */
export type Details = z.infer<typeof details>;

/** Vhost, then name. */
export type QueueRows = ReadonlyMap<string, ReadonlyMap<string, QueueRow>>;

/** All of a broker's queues at one poll. */
export interface ManagementSnapshot {
  /** When the poll began, epoch seconds. */
  readonly observedAt: number;
  /** False when the broker keeps no message counters: an absent counter is then unknown instead of zero. */
  readonly ratesKept: boolean;
  readonly rows: QueueRows;
}

/** Once per poll, as all sources look their rows up; throws when the answer is not a list of queues. */
export function indexQueueRows(json: unknown): QueueRows {
  const parsed = queueRows.safeParse(json);
  if (!parsed.success) throw new Error("the answer is not a list of queues", { cause: parsed.error });
  const vhosts = new Map<string, Map<string, QueueRow>>();
  for (const row of parsed.data) {
    let names = vhosts.get(row.vhost);
    if (names === undefined) vhosts.set(row.vhost, (names = new Map<string, QueueRow>()));
    names.set(row.name, row);
  }
  return vhosts;
}
