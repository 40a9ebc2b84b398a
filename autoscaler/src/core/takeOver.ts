import { afterUnseenTick, type State } from "./state.ts";

/** A target unwatched for longer than this may have been busy meanwhile; a change of leaders takes less. Seconds. */
const longestGapSeconds = 60;

/**
 * A stored state as the next leader begins with it, `savedAt` and `now` in epoch seconds. Windows, rates and timers go on as
 * they are; the last recommendation is taken to have stood until now, because nobody was there to see another one.
 */
export function takeOver(state: State, savedAt: number, now: number): State {
  const seen = now - savedAt > longestGapSeconds ? afterUnseenTick(state) : state;
  const last = seen.recommendations.at(-1);
  if (last === undefined || last.at >= now) return seen;
  return { ...seen, recommendations: [...seen.recommendations, { at: now, replicas: last.replicas }] };
}

/**
 * What of a state is lost for good if it is not stored soon, as a text to compare. Times move with every tick, and learned rates
 * a little: that alone is no reason to write.
 */
export function substanceOf({ recommendations, scaleUpEvents, scaleDownEvents, ...state }: State): string {
  const { thresholds, ownership, noAck } = state;
  const levels = recommendations.map(({ replicas }) => replicas);
  return JSON.stringify([levels, scaleUpEvents, scaleDownEvents, thresholds, ownership, noAck]);
}
