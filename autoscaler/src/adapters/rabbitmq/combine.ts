import type { Measurement, QueueStatistics } from "../../core/model.ts";
import { weighReady, type Priorities, type WeighedReady } from "./priorities.ts";
import type { ManagementSnapshot, QueueRow } from "./queueRow.ts";
import { ratesOf } from "./rates.ts";
import type { ReadyCounts } from "./readyCounter.ts";

/** One queue and what a message in it counts. */
export interface Weighted {
  readonly name: string;
  /** Multiplies the depth in `value`; not the statistics, which stay in messages. */
  readonly weight: number;
  /** Absent: all messages of the queue weigh the same. */
  readonly priorities?: Priorities | undefined;
}

/** What both reads gave for the queues of one metric; an Error in place of an answer says why there is none. */
export interface Answers {
  readonly vhost: string;
  readonly queues: readonly Weighted[];
  /**
   * KEDA's AMQP and HTTP protocols differ here under one name (keda#638, keda#6571), so it is always said. `ready` alone reads 0
   * while workers are busy, and a rule on it removes them (keda#356).
   */
  readonly count: "all" | "ready";
  /** When the AMQP read began, epoch seconds. */
  readonly startedAt: number;
  /** Over AMQP: of this moment. */
  readonly ready: ReadyCounts | Error;
  /** Over HTTP: as old as the broker's statistics, 5 s by default. */
  readonly management: ManagementSnapshot | Error;
}

interface Depth {
  readonly weight: number;
  readonly ready: WeighedReady;
  readonly statistics: QueueStatistics;
  /** Why the unacknowledged messages are unknown. */
  readonly unknown?: string;
}

/** States of a queue that answers; of a queue without its leader, a passive declare says 0. */
const answeringStates: readonly string[] = ["running", "flow", "idle"];

/**
 * One measurement out of both answers; throws when neither has the depth of every queue.
 * `observedAt` is the management poll's time: its statistics, not AMQP's count, are what could lower the value too early.
 */
export function combine(answers: Answers): Measurement {
  const { vhost, queues, count, management, startedAt } = answers;
  const missing = queues.filter(({ name }) => isMissing(name, answers)).map(({ name }) => name);
  if (missing.length > 0) throw new Error(`queue ${missing.join(", ")} on vhost ${vhost} does not exist`);
  const depths = queues.map((queue) => depthOf(queue, answers));
  // An absent count of unacknowledged messages adds nothing here, and makes the measurement partial below.
  const value = depths.reduce((sum, { weight, ready, statistics }) => {
    return sum + weight * (ready.value + (count === "all" ? (statistics.unacknowledged ?? 0) : 0));
  }, 0);
  const partial = whyPartial(depths);
  return {
    value,
    observedAt: management instanceof Error ? startedAt : management.observedAt,
    queue: sum(depths.map((depth) => depth.statistics)),
    ...(partial === "" ? {} : { partial }),
  };
}

/** The first cause stands for all queues: they share one broker, and so mostly one cause. */
function whyPartial(depths: readonly Depth[]): string {
  const { unknown } = depths.find((depth) => depth.unknown !== undefined) ?? {};
  const { unknown: priorities } = depths.find(({ ready }) => ready.unknown !== undefined)?.ready ?? {};
  return [
    ...(unknown === undefined ? [] : [`unacknowledged messages and rates are unknown: ${unknown}`]),
    ...(priorities === undefined ? [] : [`priorities are unknown: ${priorities}`]),
  ].join("; ");
}

function isMissing(name: string, { ready, management, vhost }: Answers): boolean {
  if (!(ready instanceof Error)) return ready.get(name) === null;
  // Without AMQP a queue that the user may not see looks the same; either way its depth is unknown.
  return !(management instanceof Error) && rowOf(name, vhost, management) === undefined;
}

function rowOf(name: string, vhost: string, snapshot: ManagementSnapshot): QueueRow | undefined {
  return snapshot.rows.get(vhost)?.get(name);
}

function depthOf({ name, weight, priorities }: Weighted, answers: Answers): Depth {
  const { ready, management, vhost } = answers;
  const row = management instanceof Error ? undefined : rowOf(name, vhost, management);
  if (row?.state !== undefined && !answeringStates.includes(row.state)) {
    throw new Error(`queue ${name} on vhost ${vhost} is ${row.state}`);
  }
  const unknown = whyUnknown(row, management);
  // Statistics that are switched off leave the row without counts: no 0 as in keda#7180.
  const counts = [countNow(name, ready), row?.messages_ready].filter((count) => count !== undefined);
  if (counts.length === 0) throw new Error([ready, unknown].map(textOf).filter(Boolean).join("; "));
  // The higher one: messages just delivered have left AMQP's count and not yet reached the unacknowledged statistic.
  const depth = Math.max(...counts);
  const statistics = { ready: depth, ...statisticsOf(row, management) };
  const weighed = weighReady(depth, priorities, row);
  return { weight, ready: weighed, statistics, ...(unknown === undefined ? {} : { unknown }) };
}

function countNow(name: string, ready: ReadyCounts | Error): number | undefined {
  return ready instanceof Error ? undefined : (ready.get(name) ?? undefined);
}

function textOf(cause: ReadyCounts | Error | string | undefined): string {
  return cause instanceof Error ? cause.message : typeof cause === "string" ? cause : "";
}

function whyUnknown(row: QueueRow | undefined, management: ManagementSnapshot | Error): string | undefined {
  if (management instanceof Error) return management.message;
  if (row === undefined) return "the management API does not show the queue to this user";
  if (row.messages_ready === undefined || row.messages_unacknowledged === undefined)
    return "the broker has no statistics of the queue";
  return undefined;
}

function statisticsOf(row: QueueRow | undefined, management: ManagementSnapshot | Error): QueueStatistics {
  if (row === undefined || management instanceof Error) return {};
  return {
    ...(row.messages_unacknowledged === undefined ? {} : { unacknowledged: row.messages_unacknowledged }),
    ...(row.consumers === undefined ? {} : { consumers: row.consumers }),
    ...ratesOf(row, management),
  };
}

const keys = ["ready", "unacknowledged", "publishRate", "deliverRate", "ackRate", "consumers"] as const;

/** A number that one queue lacks is unknown for all of them. */
function sum(all: readonly QueueStatistics[]): QueueStatistics {
  const known = keys.filter((key) => all.every((one) => one[key] !== undefined));
  return Object.fromEntries(known.map((key) => [key, all.reduce((total, one) => total + (one[key] ?? 0), 0)]));
}
