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

/** An error budget is for hours: a burst in the morning is paid for until the evening. */
const memorySeconds = 21_600;

/** Nobody saw what began in a longer gap. */
const longestTickSeconds = 15;

/** Adds what began, by whether it was late; earlier ones fade. */
export function learnLateness(
  before: LatenessState | undefined,
  { now, rate, waitSeconds }: Begun,
  maxWaitSeconds: number,
): LatenessState {
  if (before === undefined) return { at: now, begun: 0, late: 0 };
  const seconds = Math.min(longestTickSeconds, Math.max(0, now - before.at));
  const keep = Math.exp(-seconds / memorySeconds);
  const begun = rate * seconds;
  return {
    at: now,
    begun: before.begun * keep + begun,
    late: before.late * keep + (waitSeconds > maxWaitSeconds ? begun : 0),
  };
}

/** Whether half of the late ones that are allowed have been used up: then waiting for the next burst is no longer an option. */
export function isBudgetShort(state: LatenessState | undefined, lateShare: number): boolean {
  return state !== undefined && state.late > (lateShare / 2) * state.begun;
}
