import type { ReadinessState, Start } from "../state.ts";

/** A new delay moves the learned one by this share: two starts in three already outweigh the first guess. */
const smoothing = 0.3;

/** A replica that is not Ready by then has failed, and is no capacity to count on. */
const longestStartSeconds = 600;

/** Takes replicas that became Ready off the oldest starts and learns their delay: seconds from the order to Ready. */
export function updateReadiness(
  before: ReadinessState,
  now: number,
  replicas: { readonly current: number; readonly ready: number },
): ReadinessState {
  const gained = Math.max(0, replicas.ready - before.readyReplicas);
  // One delay a tick: the replicas of one order become Ready together, and would outweigh all that was learned before.
  const delays = before.starts.slice(0, 1).map((start) => now - start.at);
  const delaySeconds = gained > 0 ? learn(before.delaySeconds, delays) : before.delaySeconds;
  const recent = takeOldest(before.starts, gained).filter((start) => now - start.at < longestStartSeconds);
  // A count lowered meanwhile took its newest replicas first.
  const starts = keepOldest(recent, Math.max(0, replicas.current - replicas.ready));
  return {
    starts,
    readyReplicas: replicas.ready,
    ...(delaySeconds === undefined ? {} : { delaySeconds }),
  };
}

/** Seconds until each starting replica serves, soonest first; one whose start was not seen needs the whole delay. */
export function readyIn(
  readiness: ReadinessState,
  now: number,
  starting: number,
  delaySeconds: number,
): readonly number[] {
  const known = readiness.starts.flatMap((start) =>
    // An overdue start may serve at any moment: 0, not a negative time that would count work already done.
    Array<number>(start.replicas).fill(Math.max(0, delaySeconds - (now - start.at))),
  );
  const unknown = Array<number>(Math.max(0, starting - known.length)).fill(delaySeconds);
  return [...known.slice(0, starting), ...unknown];
}

function learn(before: number | undefined, delays: readonly number[]): number | undefined {
  return delays.reduce<number | undefined>(
    (mean, delay) => (mean === undefined ? delay : mean + smoothing * (delay - mean)),
    before,
  );
}

function takeOldest(starts: readonly Start[], count: number): readonly Start[] {
  let left = count;
  return starts.flatMap((start) => {
    const taken = Math.min(left, start.replicas);
    left -= taken;
    return taken === start.replicas ? [] : [{ ...start, replicas: start.replicas - taken }];
  });
}

function keepOldest(starts: readonly Start[], count: number): readonly Start[] {
  let left = count;
  return starts.flatMap((start) => {
    const kept = Math.min(left, start.replicas);
    left -= kept;
    return kept === 0 ? [] : [{ ...start, replicas: kept }];
  });
}
