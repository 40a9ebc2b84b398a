import type { ReserveLevel, ReserveState } from "../state.ts";

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

/** Time constant, a half-life of 42 min: long enough for bursts to come again, short enough to follow the day. */
const memorySeconds = 3600;

/** A count without late ones for so long starts afresh, and so does a queue where nothing came: many take a day to fade. */
const longestQuietSeconds = 3 * memorySeconds;

/** A gap in the statistics is not taken for a longer burst. */
const longestSampleSeconds = 15;

/** What the first sample is taken to cover: one refresh of the broker's statistics. */
const firstSampleSeconds = 5;

/** From the moment a wait is too long to the order: a tick, and AMQP's count of the messages. */
const orderSeconds = 3;

/** Up to here each count is tried, then steps of 10 %: a bound on the state whatever maxReplicas is. */
const fineLevels = 12;
const coarseStep = 1.1;

const emptyLevel: ReserveLevel = [0, 0, 0];

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
  const known = before ?? { at: arrived.at - firstSampleSeconds, jobs: 0, levels: [] };
  const sample = sampleOf(known, arrived);
  const idle = sample.jobs > 0 ? 0 : tenths((known.idleSeconds ?? 0) + sample.elapsed);
  if (idle > longestQuietSeconds) return { at: arrived.at, jobs: 0, levels: [], idleSeconds: idle };
  const jobs = digits(known.jobs * sample.keep + sample.jobs, 7);
  const levels = levelsAfter(known.levels, sample, demand, counts);
  return { at: arrived.at, jobs, levels, ...(idle > 0 && { idleSeconds: idle }) };
}

function levelsAfter(
  before: readonly ReserveLevel[],
  sample: Sample,
  demand: ReserveDemand,
  counts: readonly number[],
): readonly ReserveLevel[] {
  const levels: ReserveLevel[] = [];
  for (const [index, replicas] of counts.entries()) {
    const level = tried(before[index] ?? emptyLevel, replicas, sample, demand);
    levels.push(level);
    // More replicas than enough need no memory, and neither do those above them.
    if (level[0] === 0 && level[1] < 1e-3) break;
  }
  return levels;
}

function sampleOf(before: ReserveState, { at, rate }: Arrived): Sample {
  const elapsed = at - before.at;
  const seconds = Math.min(longestSampleSeconds, elapsed);
  // What nobody saw adds nothing, but time passes all the same.
  return { jobs: rate * seconds, seconds, elapsed, keep: Math.exp(-elapsed / memorySeconds) };
}

interface Sample {
  readonly jobs: number;
  /** That the jobs came in. */
  readonly seconds: number;
  /** Since the sample before. */
  readonly elapsed: number;
  readonly keep: number;
}

function tried(before: ReserveLevel, replicas: number, sample: Sample, demand: ReserveDemand): ReserveLevel {
  const [backlogBefore, , , waitedBefore] = before;
  const rate = demand.serviceRate * replicas;
  const backlog = digits(Math.max(0, backlogBefore + sample.jobs - rate * sample.seconds), 4);
  const [waitBefore, wait] = [backlogBefore / rate, backlog / rate];
  const tooLong = wait > demand.dueSeconds && wait > 0;
  const waited = waitedBefore === undefined ? (tooLong ? 0 : undefined) : tenths(waitedBefore + sample.elapsed);
  const helpIn = demand.readinessDelaySeconds + orderSeconds - (waited ?? 0);
  // A job that waits longer than help takes is not late because of the queue's length.
  const late = helpIn > demand.maxWaitSeconds ? sample.jobs * shareAbove(demand.maxWaitSeconds, waitBefore, wait) : 0;
  const kept = lateOnes(before, late, sample);
  if (waited === undefined || backlog === 0) return [backlog, ...kept];
  return helpIn > 0 ? [backlog, ...kept, waited] : [0, ...kept];
}

/** The late ones of a count, and the seconds since the last of them. */
function lateOnes([, before, quietBefore]: ReserveLevel, late: number, { keep, elapsed }: Sample): [number, number] {
  if (late === 0 && before === 0) return [0, 0];
  const quiet = late > 0 ? 0 : tenths(quietBefore + elapsed);
  return quiet > longestQuietSeconds ? [0, 0] : [digits(before * keep + late, 5), quiet];
}

/** Significant digits, since a hundred levels are stored as text: with fewer than five a fading count would stand still. */
const digits = (value: number, count: number): number => Number(value.toPrecision(count));

const tenths = (seconds: number): number => Math.round(seconds * 10) / 10;

/** Share of the way from one value to another that lies above a mark. */
function shareAbove(mark: number, one: number, other: number): number {
  const [low, high] = [Math.min(one, other), Math.max(one, other)];
  if (high <= mark) return 0;
  return low >= mark ? 1 : (high - mark) / (high - low);
}

/**
 * The lowest count tried that would have kept the late ones within the share, with help from new replicas: 1 when help suffices,
 * 0 where nothing came. Less than one late message counts as none, since a sum that fades never gets to 0.
 */
export function reserveOf({ jobs, levels }: ReserveState, lateShare: number, counts: readonly number[]): number {
  if (jobs === 0) return 0;
  const enough = levels.findIndex(([, late]) => late < 1 || late <= lateShare * jobs);
  return counts[enough === -1 ? levels.length : enough] ?? counts.at(-1) ?? 0;
}
