import type { Measurement, QueueStatistics, Snapshot } from "../../autoscaler/src/core/model.ts";
import { UserError } from "../userError.ts";
import { tooManyJobs, type Trace, type TracePoint } from "./trace.ts";

/** What a decision log tells of a queue. */
export interface LoggedQueue {
  readonly trace: Trace;
  /** Mean seconds that a message was held by its consumer; undefined: nothing was ever acknowledged. */
  readonly serviceSeconds: number | undefined;
  /** Messages that each Ready replica held while others waited; undefined: none ever waited. */
  readonly slots: number | undefined;
  readonly initialReplicas: number;
  /** From the counts that were asked for, which is not the time of pods that were not Ready yet. */
  readonly podHours: number;
  /** Longest time between two readings that were understood: what is not told is taken for what came after. */
  readonly longestGapSeconds: number;
}

/** A decision's input with the reading of the queue. */
interface Tick {
  readonly snapshot: Snapshot;
  readonly observedAt: number;
  readonly queue: QueueStatistics;
}

/**
 * The arrivals that a target of a decision log has seen: those of a metric with a publish rate, the first one unless `metric`
 * says which. Throws a UserError that lists the targets, or the metrics, there are.
 */
export function readDecisionLog(
  text: string,
  file: string,
  { target, metric }: { readonly target?: string; readonly metric?: string },
): LoggedQueue {
  const lines = text.split("\n").flatMap((line) => entryOf(line) ?? []);
  if (lines.length === 0) throw new UserError(`${file} holds no decision: a log has one in each line`);
  const targets = [...new Set(lines.map((line) => line.target))];
  const name = target ?? (targets.length === 1 ? targets[0] : undefined);
  if (name === undefined || !targets.includes(name))
    throw new UserError(`--target must be one of ${targets.join(", ")} of ${file}, not ${JSON.stringify(name)}`);
  const snapshots = lines.flatMap((line) => (line.target === name ? [line.input] : []));
  const ticks = ticksOf(snapshots, metric ?? metricWithRate(snapshots, `${file}: ${name}`));
  if (ticks.length < 2) throw new UserError(`${file}: ${name} has fewer than two readings with a publish rate`);
  const logged = { ...toQueue(file, ticks), podHours: podHoursOf(snapshots) };
  if (logged.trace.points.every(({ count }) => count === 0))
    throw new UserError(`${file}: ${name} never saw a message published`);
  const tooMany = tooManyJobs(logged.trace);
  if (tooMany !== undefined) throw new UserError(`${file}: ${name} ${tooMany}`);
  return logged;
}

/** Lines of failures, notes and half a line of a killed process hold no decision. */
function entryOf(line: string): { target: string; input: Snapshot }[] | undefined {
  try {
    const { target, input, decision } = JSON.parse(line) as { target?: string; input?: Snapshot; decision?: unknown };
    return target === undefined || input === undefined || decision === undefined ? undefined : [{ target, input }];
  } catch {
    return undefined;
  }
}

function metricWithRate(snapshots: readonly Snapshot[], where: string): string {
  for (const { readings } of snapshots)
    for (const [metric, reading] of Object.entries(readings))
      if ("queue" in reading && reading.queue.publishRate !== undefined) return metric;
  throw new UserError(`${where} has no metric with a publish rate, which is what arrivals are made of`);
}

/** One for each observation: several ticks may have read the same one. */
function ticksOf(snapshots: readonly Snapshot[], metric: string): Tick[] {
  const ticks = snapshots.flatMap((snapshot): Tick[] => {
    const reading = snapshot.readings[metric];
    if (reading === undefined || "error" in reading) return [];
    const { observedAt, queue }: Measurement = reading;
    // Without a rate nothing is known of the arrivals.
    return queue === undefined || queue.publishRate === undefined ? [] : [{ snapshot, observedAt, queue }];
  });
  return ticks.filter(({ observedAt }, index) => observedAt > (ticks[index - 1]?.observedAt ?? -Infinity));
}

function toQueue(name: string, ticks: readonly Tick[]): Omit<LoggedQueue, "podHours"> {
  const [first] = ticks as readonly [Tick];
  const spans = ticks.slice(1).map((tick, index) => ({ ...tick, from: ticks[index]?.observedAt ?? tick.observedAt }));
  const points = spans.map(({ from, observedAt, queue }): TracePoint => {
    const binSeconds = observedAt - from;
    return { at: from - first.observedAt, binSeconds, count: (queue.publishRate ?? 0) * binSeconds };
  });
  const last = ticks.at(-1) ?? first;
  const sum = (of: (queue: QueueStatistics) => number | undefined): number =>
    spans.reduce((total, { queue, from, observedAt }) => total + (of(queue) ?? 0) * (observedAt - from), 0);
  const acknowledged = sum(({ ackRate }) => ackRate);
  return {
    trace: { name, seconds: last.observedAt - first.observedAt, points },
    // Little's law.
    serviceSeconds: acknowledged > 0 ? sum(({ unacknowledged }) => unacknowledged) / acknowledged : undefined,
    slots: slotsOf(ticks),
    initialReplicas: first.snapshot.currentReplicas,
    longestGapSeconds: points.reduce((longest, { binSeconds }) => Math.max(longest, binSeconds), 0),
  };
}

/** The median, which neither starting replicas nor ending ones move. */
function slotsOf(ticks: readonly Tick[]): number | undefined {
  const held = ticks.flatMap(({ queue: { ready = 0, unacknowledged }, snapshot: { readyReplicas } }) =>
    ready > 0 && unacknowledged !== undefined && readyReplicas > 0 ? [unacknowledged / readyReplicas] : [],
  );
  const median = held.sort((one, other) => one - other)[Math.floor(held.length / 2)];
  return median === undefined ? undefined : Math.max(1, Math.round(median));
}

function podHoursOf(snapshots: readonly Snapshot[]): number {
  const seconds = snapshots.slice(1).reduce((sum, { now }, index) => {
    const before = snapshots[index];
    return before === undefined ? sum : sum + before.currentReplicas * (now - before.now);
  }, 0);
  return seconds / 3600;
}
