import type { QueueStatistics } from "../../core/model.ts";
import type { Details, ManagementSnapshot, QueueRow } from "./queueRow.ts";

type Rates = Pick<QueueStatistics, "publishRate" | "deliverRate" | "ackRate">;

/** Rates of one queue per second over the last 10 s; a rate that cannot be told is absent. */
export function ratesOf(row: QueueRow, snapshot: ManagementSnapshot): Rates {
  const stats = row.message_stats;
  // A row without counts is one without statistics: its absent counters are no zeros.
  if (!snapshot.ratesKept || row.messages_ready === undefined) return {};
  return {
    ...rate("publishRate", stats?.publish_details),
    // `deliver_get` sums both ways of getting a message, with and without acks.
    ...rate("deliverRate", stats?.deliver_get_details),
    ...rate("ackRate", stats?.ack_details),
  };
}

function rate(name: keyof Rates, details: Details): Rates {
  // A counter appears with its first message, so while counters are kept an absent one stands at zero.
  const value = details === undefined ? 0 : rateOfSamples(details.samples ?? []);
  return value === undefined ? {} : { [name]: value };
}

/** Difference of a cumulative counter's first and last sample over their time (milliseconds), per second; undefined without two samples or after a reset. */
export function rateOfSamples(samples: readonly { sample: number; timestamp: number }[]): number | undefined {
  const ordered = samples.toSorted((a, b) => a.timestamp - b.timestamp);
  const first = ordered[0];
  const last = ordered.at(-1);
  if (first === undefined || last === undefined || last.timestamp === first.timestamp) return undefined;
  // A counter that fell was restarted (queue recreated, node gone): what was counted in between is lost.
  const fell = ordered.some((one, i) => i > 0 && one.sample < (ordered[i - 1]?.sample ?? 0));
  return fell ? undefined : ((last.sample - first.sample) * 1000) / (last.timestamp - first.timestamp);
}
