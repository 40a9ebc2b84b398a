import type { ReserveLevel, ReserveState } from "../state.ts";
import { rounded } from "./arrivalHistory.ts";

/** One set of statistics. */
export interface Arrived {
  /** Epoch seconds of the source's observation. */
  readonly at: number;
  /** Messages per second since the one before. */
  readonly rate: number;
}

/** What the reserve is sized for. */
export interface ReserveDemand {
  readonly serviceRate: number;
  readonly readinessDelaySeconds: number;
  readonly maxWaitSeconds: number;
  /** The wait at which more replicas are ordered. */
  readonly dueSeconds: number;
}

/** Arrivals of an hour ago count a third: long enough for bursts to come again, short enough to follow the day. */
const memorySeconds = 3600;

/** A gap in the statistics is not taken for a longer burst. */
const longestSampleSeconds = 15;

/** What the first sample is taken to cover: one refresh of the broker's statistics. */
const firstSampleSeconds = 5;

/** From the moment a wait is too long to the order: a tick, and AMQP's count of the messages. */
const orderSeconds = 3;

/** Up to here each count is tried, then steps of 5 %: a bound on the state whatever maxReplicas is. */
const fineLevels = 24;
const coarseStep = 1.05;

const emptyLevel: ReserveLevel = { backlog: 0, late: 0 };

/** The counts that are tried, ascending; no more than `most` of them. */
export function levelsUpTo(maxReplicas: number, most = Infinity): readonly number[] {
  const levels: number[] = [];
  for (let level = 1; level <= maxReplicas && levels.length < most;) {
    levels.push(level);
    level = level < fineLevels ? level + 1 : Math.ceil(level * coarseStep);
  }
  return levels;
}

/**
 * Tries each count as the number of replicas that are always there: a queue of its own takes the arrivals that were seen, and a
 * replica ordered when the wait is too long helps after the readiness delay. What begins late meanwhile is counted. Fluid: a
 * wait is the queue divided by the rate of the replicas (Lindley's recursion).
 */
export function learnReserve(
  before: ReserveState | undefined,
  arrived: Arrived,
  demand: ReserveDemand,
  counts: readonly number[],
): ReserveState {
  if (before !== undefined && arrived.at <= before.at) return before;
  const sample = sampleOf(before, arrived);
  const levels: ReserveLevel[] = [];
  for (const [index, replicas] of counts.entries()) {
    const level = tried(before?.levels[index] ?? emptyLevel, replicas, sample, demand);
    levels.push(level);
    // More replicas than enough need no memory, and neither do those above them.
    if (level.backlog === 0 && level.late < 1e-3) break;
  }
  return { at: arrived.at, jobs: rounded((before?.jobs ?? 0) * sample.keep + sample.jobs), levels };
}

function sampleOf(before: ReserveState | undefined, { at, rate }: Arrived): Sample {
  const seconds = Math.min(longestSampleSeconds, at - (before?.at ?? at - firstSampleSeconds));
  return { at, jobs: rate * seconds, seconds, keep: Math.exp(-seconds / memorySeconds) };
}

interface Sample {
  readonly at: number;
  readonly jobs: number;
  readonly seconds: number;
  readonly keep: number;
}

function tried(before: ReserveLevel, replicas: number, sample: Sample, demand: ReserveDemand): ReserveLevel {
  const rate = demand.serviceRate * replicas;
  const backlog = Math.max(0, before.backlog + sample.jobs - rate * sample.seconds);
  const [waitBefore, wait] = [before.backlog / rate, backlog / rate];
  const tooLong = wait > demand.dueSeconds && wait > 0;
  const since = backlog === 0 ? undefined : (before.since ?? (tooLong ? sample.at : undefined));
  const helpIn = (since ?? sample.at) + demand.readinessDelaySeconds + orderSeconds - sample.at;
  // A job that waits longer than help takes is not late because of the queue's length.
  const late = helpIn > demand.maxWaitSeconds ? sample.jobs * shareAbove(demand.maxWaitSeconds, waitBefore, wait) : 0;
  const kept = { backlog: brief(backlog), late: brief(before.late * sample.keep + late) };
  if (since === undefined) return kept;
  return helpIn > 0 ? { ...kept, since } : { ...kept, backlog: 0 };
}

/** A hundred levels are stored: of large counts a tenth is enough. */
const brief = (value: number): number => (value < 100 ? rounded(value) : Math.round(value * 10) / 10);

/** Share of the way from one value to another that lies above a mark. */
function shareAbove(mark: number, one: number, other: number): number {
  const [low, high] = [Math.min(one, other), Math.max(one, other)];
  if (high <= mark) return 0;
  return low >= mark ? 1 : (high - mark) / (high - low);
}

/** The lowest count tried that would have kept the late ones within the share, with help from new replicas: 1 when help suffices. */
export function reserveOf({ jobs, levels }: ReserveState, lateShare: number, counts: readonly number[]): number {
  const enough = levels.findIndex(({ late }) => late <= lateShare * jobs);
  return counts[enough === -1 ? levels.length : enough] ?? counts.at(-1) ?? 0;
}
