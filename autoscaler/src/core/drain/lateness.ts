import type { LatenessState } from "../state.ts";

/** What began since the last tick. */
export interface Begun {
  /** Epoch seconds. */
  readonly now: number;
  /** Messages per second that begin. */
  readonly rate: number;
  /** How long they had waited. */
  readonly waitSeconds: number;
}

/** Time constant, a half-life of 83 min: after 50 min in which all were late, a budget of 1 % is whole again nine hours later. */
const memorySeconds = 7200;

/** Nobody saw what began in a longer gap. */
const longestTickSeconds = 15;

/** Adds what began, by whether it was late; earlier ones fade. */
export function learnLateness(
  before: LatenessState | undefined,
  { now, rate, waitSeconds }: Begun,
  maxWaitSeconds: number,
): LatenessState {
  if (before === undefined) return { at: now, begun: 0, late: 0 };
  const elapsed = Math.max(0, now - before.at);
  const keep = Math.exp(-elapsed / memorySeconds);
  const begun = rate * Math.min(longestTickSeconds, elapsed);
  return {
    at: now,
    begun: before.begun * keep + begun,
    late: before.late * keep + (waitSeconds > maxWaitSeconds ? begun : 0),
  };
}

/**
 * Whether half of the late ones that are allowed have been used up: then waiting for the next burst is no longer an option. Less
 * than one late message counts as none, since a sum that fades never gets to 0.
 */
export function isBudgetShort(state: LatenessState | undefined, lateShare: number): boolean {
  return state !== undefined && state.late >= 1 && state.late > (lateShare / 2) * state.begun;
}
