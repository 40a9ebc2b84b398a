import type { ReadinessState, Start } from "../state.ts";

/** A new delay moves the learned one by this share: two starts in three already outweigh the first guess. */
const smoothing = 0.3;

/** One start on a fresh node, or one that was already under way, moves the mean by no more than this factor. */
const largestStep = 2;

/** Starts until the configured delay counts no more. */
const enoughStarts = 3;

/** A replica that is not Ready by then has failed, and teaches nothing when it recovers. */
const longestStartSeconds = 600;

/** What happened in a longer gap between two ticks may have happened at any time of it. */
const longestGapSeconds = 15;

/** Starts vary, and ticks are seconds apart: less is no sign of failure, however short the delay is. */
const shortestOverdueSeconds = 10;

/** What one tick sees; `risen`: by how many the count is above that of the tick before, own writes left out. */
export interface SeenReplicas {
  readonly current: number;
  readonly ready: number;
  readonly risen?: number;
}

/**
 * Takes replicas that became Ready off the starts under way and learns their delay: seconds from the order to Ready.
 * Afterwards each replica that is not Ready is part of one start.
 */
export function updateReadiness(before: ReadinessState, now: number, replicas: SeenReplicas): ReadinessState {
  const { current, ready, risen = 0 } = replicas;
  // Against the highest count: a ready one that flaps is no start, and would use up that of another.
  const gained = Math.max(0, ready - before.readyReplicas);
  // What has failed does not become Ready in the place of a younger start.
  const { hopeful, overdue } = split(before.starts, now, before.delaySeconds ?? Infinity);
  const candidates = [...hopeful, ...overdue];
  const seen = before.at !== undefined && now - before.at <= longestGapSeconds;
  // One delay a tick: the replicas of one order become Ready together, and would outweigh all that was learned before.
  const teacher = gained > 0 && seen ? candidates[0] : undefined;
  const left = takeFirst(candidates, gained).toSorted(byTime);
  const starting = Math.max(0, current - ready);
  const missing = starting - countOf(left);
  const found = { at: now, replicas: missing, ...(seen && missing <= risen ? {} : { unseen: true as const }) };
  // A count lowered meanwhile took its newest replicas first.
  const starts = missing > 0 ? [...left, found] : keepFirst(left, starting);
  return {
    starts,
    readyReplicas: Math.min(current, starting > 0 ? Math.max(before.readyReplicas, ready) : ready),
    ...learn(before, teacher, now),
    at: now,
  };
}

/** The state with one start more. */
export function withStart(readiness: ReadinessState, start: Start): ReadinessState {
  // Not simply the last one: a write whose answer was lost is known only later.
  return { ...readiness, starts: [...readiness.starts, start].toSorted(byTime) };
}

/**
 * Seconds from an order to Ready: the configured delay, from which each of the first three starts takes a third of its
 * weight for the learned one, since a single start may be a fresh node's. From then on the learned one alone.
 */
export function readinessDelay(readiness: ReadinessState, configuredSeconds: number): number {
  const { delaySeconds, learned = enoughStarts } = readiness;
  if (delaySeconds === undefined) return configuredSeconds;
  const weight = Math.min(learned, enoughStarts) / enoughStarts;
  return configuredSeconds + weight * (delaySeconds - configuredSeconds);
}

/**
 * Seconds until each of `starting` replicas serves, soonest first. Infinity: it is overdue by a further delay, or its
 * start is not known, so it is no capacity to count on.
 */
export function readyIn(
  readiness: ReadinessState,
  now: number,
  starting: number,
  delaySeconds: number,
): readonly number[] {
  const seconds = Array<number>(starting).fill(Infinity);
  const { hopeful } = split(keepFirst(readiness.starts, starting), now, delaySeconds);
  let next = 0;
  for (const { at, replicas } of hopeful) {
    // A late start may serve at any moment: 0, not a negative time that would count work already done.
    seconds.fill(Math.max(0, delaySeconds - (now - at)), next, next + replicas);
    next += replicas;
  }
  return seconds;
}

/** How many of `starting` replicas are no capacity to count on, those for which `readyIn` gives Infinity. */
export function overdueReplicas(
  readiness: ReadinessState,
  now: number,
  starting: number,
  delaySeconds: number,
): number {
  return starting - countOf(split(keepFirst(readiness.starts, starting), now, delaySeconds).hopeful);
}

/** Starts that may still succeed, and those that took more than one further delay. */
function split(starts: readonly Start[], now: number, delaySeconds: number): Record<"hopeful" | "overdue", Start[]> {
  const longest = delaySeconds + Math.max(delaySeconds, shortestOverdueSeconds);
  const hopeful = starts.filter(({ at }) => now - at <= longest);
  return { hopeful, overdue: starts.filter(({ at }) => now - at > longest) };
}

/** What is learned, and from how many starts, after one of them became Ready. */
function learn(
  before: ReadinessState,
  start: Start | undefined,
  now: number,
): Pick<ReadinessState, "delaySeconds" | "learned"> {
  const { delaySeconds: mean, learned = mean === undefined ? 0 : enoughStarts } = before;
  const delay = start === undefined || start.unseen === true ? Infinity : now - start.at;
  if (delay >= longestStartSeconds) return mean === undefined ? {} : { delaySeconds: mean, learned };
  if (mean === undefined) return { delaySeconds: delay, learned: 1 };
  // The first ones count alike, so that the very first is soon outweighed.
  const moved = mean + Math.max(smoothing, 1 / (learned + 1)) * (delay - mean);
  return {
    delaySeconds: Math.min(largestStep * mean, Math.max(mean / largestStep, moved)),
    learned: learned + 1,
  };
}

function byTime(a: Start, b: Start): number {
  return a.at - b.at;
}

function countOf(starts: readonly Start[]): number {
  return starts.reduce((sum, { replicas }) => sum + replicas, 0);
}

function takeFirst(starts: readonly Start[], count: number): readonly Start[] {
  let left = count;
  return starts.flatMap((start) => {
    const taken = Math.min(left, start.replicas);
    left -= taken;
    return taken === start.replicas ? [] : [{ ...start, replicas: start.replicas - taken }];
  });
}

function keepFirst(starts: readonly Start[], count: number): readonly Start[] {
  let left = count;
  return starts.flatMap((start) => {
    const kept = Math.min(left, start.replicas);
    left -= kept;
    return kept === 0 ? [] : [{ ...start, replicas: kept }];
  });
}
