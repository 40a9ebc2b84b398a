import type { DrainState, State } from "./state.ts";

/** Less is the slewing of a well-kept clock. Seconds. */
const smallestJump = 1;

/** Two readings of the wall clock, each beside one of a clock that nobody can set. Seconds. */
export interface ClockReading {
  /** Epoch seconds. */
  readonly wall: number;
  /** From any zero; only differences within one process mean anything. */
  readonly monotonic: number;
}

/** Seconds by which the wall clock was set between two readings: positive for forward, 0 for not worth mentioning. */
export function clockJump(before: ClockReading, after: ClockReading): number {
  const jump = after.wall - before.wall - (after.monotonic - before.monotonic);
  // Moving all times by every millisecond of slew would make each tick a gap in the decision log.
  return Math.abs(jump) < smallestJump ? 0 : jump;
}

/** The state with all its times moved by `seconds`, so that windows, periods and timers last as long as they would have. */
export function withTimesMoved(state: State, seconds: number): State {
  const { recommendations, scaleUpEvents, scaleDownEvents, readiness, ownership, noAck } = state;
  const moved = <T extends { readonly at: number }>(one: T): T => ({ ...one, at: one.at + seconds });
  const { attempt, foreignWrite } = ownership ?? {};
  return {
    ...state,
    recommendations: recommendations.map(moved),
    scaleUpEvents: scaleUpEvents.map(moved),
    scaleDownEvents: scaleDownEvents.map(moved),
    thresholds: mapValues(state.thresholds, (since) => mapValues(since, (at) => at + seconds)),
    drains: mapValues(state.drains, (drain) => withDrainMoved(drain, seconds)),
    readiness: {
      ...readiness,
      starts: readiness.starts.map(moved),
      ...(readiness.at !== undefined && { at: readiness.at + seconds }),
    },
    ...(ownership === undefined
      ? {}
      : {
          ownership: {
            ...ownership,
            ...(attempt === undefined ? {} : { attempt: moved(attempt) }),
            ...(foreignWrite === undefined ? {} : { foreignWrite: moved(foreignWrite) }),
          },
        }),
    ...(noAck === undefined ? {} : { noAck: mapValues(noAck, (one) => ({ ...one, since: one.since + seconds })) }),
  };
}

function withDrainMoved(drain: DrainState, seconds: number): DrainState {
  const moved = <T extends { readonly at: number }>(one: T): T => ({ ...one, at: one.at + seconds });
  const { arrivals, service, lows, lateness, reserve } = drain;
  return {
    arrivals: arrivals.map(moved),
    ...(service && { service: { ...moved(service), busy: service.busy.map(moved) } }),
    ...(lows && { lows: lows.map(moved) }),
    ...(lateness && { lateness: moved(lateness) }),
    ...(reserve && { reserve: moved(reserve) }),
  };
}

function mapValues<T, U>(record: Readonly<Record<string, T>>, map: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}
