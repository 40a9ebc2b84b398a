import type { QueueRow } from "./queueRow.ts";

/** Priority (0 to 255, as text) → weight; one that is not named weighs 1. */
export type Priorities = Readonly<Record<string, number>>;

/** Ready messages times their weights; equals the count where nothing is weighed. */
export interface WeighedReady {
  readonly value: number;
  /** Why the value is the least it can be. */
  readonly unknown?: string;
}

/** RabbitMQ's own border: a quorum queue knows only normal (up to this) and high. */
const highestNormal = 4;
/** Of AMQP. */
const highestPriority = 255;

/**
 * Ready messages, each weighed by its priority. `ready` may be newer than the broker's depth per priority: what came since
 * is of no known priority and weighs 1.
 *
 * Without a depth per priority every message gets the lowest weight that one could have. The reading is then partial, which
 * lets it only raise the count; with the lowest weight it raises only to what is needed for certain, where the highest
 * could ask for the maximum because of messages that matter little.
 */
export function weighReady(ready: number, priorities: Priorities | undefined, row: QueueRow | undefined): WeighedReady {
  const weights = Object.values(priorities ?? {});
  if (priorities === undefined || ready === 0 || weights.every((weight) => weight === 1)) return { value: ready };
  const depths = weighedDepths(priorities, row);
  if (depths === undefined) {
    return { value: ready * Math.min(1, ...weights), unknown: "the broker does not tell the depth per priority" };
  }
  const known = depths.reduce((sum, { depth }) => sum + depth, 0);
  // Starts with the messages that came after the broker's statistics, at weight 1.
  return { value: depths.reduce((sum, { depth, weight }) => sum + depth * weight, Math.max(0, ready - known)) };
}

/** Messages of one priority, or of one class of a quorum queue. */
interface WeighedDepth {
  readonly depth: number;
  readonly weight: number;
}

/** Undefined when the broker told neither form: statistics off, another queue type or version. */
function weighedDepths(priorities: Priorities, row: QueueRow | undefined): WeighedDepth[] | undefined {
  const lengths = row?.backing_queue_status?.priority_lengths;
  if (lengths !== undefined) {
    return Object.entries(lengths).map(([priority, depth]) => ({ depth, weight: priorities[priority] ?? 1 }));
  }
  return depthsOfQuorumQueue(priorities, row);
}

/**
 * A quorum queue treats all priorities of a class alike, so a class weighs the highest weight that a message in it can have:
 * of those that are named, and 1 as long as one of its priorities is not.
 */
function depthsOfQuorumQueue(priorities: Priorities, row: QueueRow | undefined): WeighedDepth[] | undefined {
  const { messages_ready_high: high, messages_ready_normal: normal, messages_ready_returned: returned = 0 } = row ?? {};
  if (high === undefined || normal === undefined) return undefined;
  const named = Object.entries(priorities).map(([key, weight]) => ({ isHigh: Number(key) > highestNormal, weight }));
  const ofHigh = highest(
    named.filter(({ isHigh }) => isHigh),
    highestPriority - highestNormal,
  );
  const ofNormal = highest(
    named.filter(({ isHigh }) => !isHigh),
    highestNormal + 1,
  );
  return [
    { depth: high, weight: ofHigh },
    { depth: normal, weight: ofNormal },
    // Messages given back by a consumer are of either class: never too low.
    { depth: returned, weight: Math.max(ofHigh, ofNormal) },
  ];
}

/** `priorities`: so many there are in the class. */
function highest(named: readonly { weight: number }[], priorities: number): number {
  const weights = named.map(({ weight }) => weight);
  return Math.max(...weights, ...(named.length < priorities ? [1] : []));
}
