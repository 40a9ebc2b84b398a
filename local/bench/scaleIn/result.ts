import { round } from "../quantiles.ts";
import type { Lane, Removal } from "./lane.ts";
import type { WorkKind } from "./load.ts";

/** One count that the autoscaler has lowered. */
export interface ScaleInEvent {
  readonly lane: string;
  /** Epoch seconds of the decision. */
  readonly at: number;
  /** What the decision log tells of the preparation. */
  readonly told: string | null;
}

export interface Evidence {
  readonly lanes: readonly Lane[];
  readonly removals: readonly Removal[];
  /** Jobs that were delivered a second time. */
  readonly redelivered: ReadonlySet<string>;
  readonly events: readonly ScaleInEvent[];
}

/** The scale-ins of one kind of work, with the annotation or without. */
export interface Cell {
  readonly statisticsIntervalMs: number;
  readonly work: WorkKind;
  readonly podDeletionCost: boolean;
  readonly scaleIns: number;
  readonly removedPods: number;
  readonly busyRemoved: number;
  /** Of the removed pods, those that held a job. */
  readonly busyShare: number | null;
  /** Of all pods right before a removal: what a choice by chance would hit. */
  readonly busyShareOfAll: number | null;
  /** Median over the scale-ins of the busy share of their pods. */
  readonly medianBusyShare: number | null;
  readonly redelivered: number;
  /** Of the pods that were removed while another was idle, those that held a job: what a perfect choice makes 0. */
  readonly avoidableBusyShare: number | null;
  /** Scale-ins whose preparation failed or was not finished in its time. */
  readonly unprepared: number;
  /** From the decision to the removal: what happens meanwhile no choice can know. */
  readonly medianSecondsToRemoval: number | null;
}

/** The first `scaleIns` of each kind; a removal belongs to the last scale-in of its lane before it. */
export function compare(
  { statisticsIntervalMs, scaleIns }: { statisticsIntervalMs: number; scaleIns: number },
  { lanes, removals, redelivered, events }: Evidence,
): Cell[] {
  const kinds = Map.groupBy(lanes, ({ work, podDeletionCost }) => `${work} ${podDeletionCost}`);
  return [...kinds.values()].flatMap((ofKind) => {
    const [lane] = ofKind;
    if (lane === undefined) return [];
    const names = new Set(ofKind.map(({ name }) => name));
    const first = events.filter(({ lane: name }) => names.has(name)).slice(0, scaleIns);
    const groups = first.map((event) => removedBy(event, events, removals));
    const { work, podDeletionCost } = lane;
    return [
      {
        ...{ statisticsIntervalMs, work, podDeletionCost, scaleIns: first.length },
        ...sums(groups.flat(), redelivered),
        medianBusyShare: median(groups.flatMap((group) => busyShare(group) ?? [])),
        unprepared: first.filter(({ told }) => told !== null && /^not prepared|not patched within/.test(told)).length,
        medianSecondsToRemoval: median(
          first.flatMap(({ at }, index) => (groups[index] ?? []).map((one) => one.at - at)),
        ),
      },
    ];
  });
}

function sums(
  removed: readonly Removal[],
  redelivered: ReadonlySet<string>,
): Pick<Cell, "removedPods" | "busyRemoved" | "busyShare" | "busyShareOfAll" | "avoidableBusyShare" | "redelivered"> {
  const jobs = removed.flatMap(({ job }) => job ?? []);
  return {
    ...{ removedPods: removed.length, busyRemoved: jobs.length },
    busyShare: busyShare(removed),
    busyShareOfAll: mean(removed.map((one) => one.busyShare)),
    avoidableBusyShare: busyShare(removed.filter((one) => one.busyShare < 1)),
    redelivered: jobs.filter((job) => redelivered.has(job)).length,
  };
}

function removedBy(event: ScaleInEvent, events: readonly ScaleInEvent[], removals: readonly Removal[]): Removal[] {
  const next = events.find(({ lane, at }) => lane === event.lane && at > event.at)?.at ?? Infinity;
  return removals.filter(({ lane, at }) => lane === event.lane && at > event.at && at <= next);
}

function busyShare(removals: readonly Removal[]): number | null {
  return mean(removals.map(({ job }) => (job === undefined ? 0 : 1)));
}

function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : round(values.reduce((sum, value) => sum + value, 0) / values.length);
}

function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  return low === undefined || high === undefined ? null : round((low + high) / 2);
}
