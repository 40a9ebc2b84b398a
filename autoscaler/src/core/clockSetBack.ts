import type { DrainState, Ownership, ReadinessState, State } from "./state.ts";
import { allowedClockSkewSeconds } from "./signal.ts";

/**
 * The state without times after `now`. The clock is the wall clock, and may be set back: what seems to lie in the future would
 * then hold a window or a policy period open for as long as the clock was set back.
 */
export function withoutFuture(state: State, now: number): State {
  const past = <T extends { readonly at: number }>(list: readonly T[]): readonly T[] =>
    // Brought to now rather than dropped: a window that forgets its highest entry lets the count fall at once.
    list.map((one) => (one.at > now ? { ...one, at: now } : one));
  const drains = Object.entries(state.drains).map(([rule, drain]) => [rule, withoutFutureSamples(drain, now)]);
  return {
    ...state,
    recommendations: past(state.recommendations),
    scaleUpEvents: past(state.scaleUpEvents),
    scaleDownEvents: past(state.scaleDownEvents),
    readiness: withoutFutureStarts(state.readiness, now),
    drains: Object.fromEntries(drains) as State["drains"],
    ...(state.ownership === undefined ? {} : { ownership: withoutFutureWrites(state.ownership, now) }),
  };
}

/** A start whose age is not known would teach a delay that nobody waited. */
function withoutFutureStarts(readiness: ReadinessState, now: number): ReadinessState {
  const { at: last, ...rest } = readiness;
  const starts = readiness.starts.filter(({ at }) => at <= now);
  if (last === undefined || last <= now) return { ...readiness, starts };
  return { ...rest, starts: starts.map((start) => ({ ...start, unseen: true })) };
}

function withoutFutureWrites(ownership: Ownership, now: number): Ownership {
  const { attempt, foreignWrite } = ownership;
  return {
    ...ownership,
    // Otherwise an attempt, and the hold of a foreign write, would last as long as the clock was set back.
    ...(attempt === undefined ? {} : { attempt: { ...attempt, at: Math.min(attempt.at, now) } }),
    ...(foreignWrite === undefined ? {} : { foreignWrite: { ...foreignWrite, at: Math.min(foreignWrite.at, now) } }),
  };
}

/** Samples carry the time of their source, which may be ahead a little; later ones would shut out all new samples. */
function withoutFutureSamples(drain: DrainState, now: number): DrainState {
  const latest = now + allowedClockSkewSeconds;
  const { service, reserve, lateness, lows } = drain;
  // What was learned holds at any time; only samples that still wait to be paired, and times, are lost.
  return {
    ...drain,
    arrivals: drain.arrivals.filter(({ at }) => at <= latest),
    ...(service !== undefined && service.at > latest && { service: { ...service, at: now, busy: [] } }),
    ...(reserve !== undefined && reserve.at > latest && { reserve: { ...reserve, at: now } }),
    ...(lateness !== undefined && { lateness: { ...lateness, at: Math.min(lateness.at, now) } }),
    // A low of the future says nothing of the age of what waits now.
    ...(lows !== undefined && { lows: lows.filter(({ at }) => at <= now) }),
  };
}
