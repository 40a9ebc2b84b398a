/** Counters are read as samples that carry the broker's time: two polls of one refresh would give a rate of zero. */
export const sampleIntervalSeconds = 5;
/** Two sample steps: with one, a sample that comes late would leave nothing to subtract. */
export const rateWindowSeconds = 10;

/** Samples alone: the ready-made `rate` is that of one interval, and jumps between bursts (KEDA uses it, keda#4507). */
const counters = ["publish", "deliver_get", "ack"].map((name) => `message_stats.${name}_details.samples`);
const basic = ["name", "vhost", "state", "messages_ready", "messages_unacknowledged", "consumers", ...counters];
/** Of classic queues the first, of quorum queues the others; a broker leaves out what it does not know. */
const byPriority = [
  "backing_queue_status.priority_lengths",
  "messages_ready_high",
  "messages_ready_normal",
  "messages_ready_returned",
];

/** The query of one poll: only what `QueueRow` names, for brokers with thousands of queues. */
export function queuesQuery({ priorities }: { priorities: boolean }): string {
  return new URLSearchParams({
    columns: [...basic, ...(priorities ? byPriority : [])].join(","),
    msg_rates_age: rateWindowSeconds.toString(),
    msg_rates_incr: sampleIntervalSeconds.toString(),
  }).toString();
}
