import { Cron } from "croner";
import { z } from "zod";

/**
 * Five fields: minute, hour, day of month, month, day of week. Seconds are refused: six fields would shift the meaning
 * of all.
 */
export const cron = z.string().superRefine((text, context) => {
  const fields = text.trim().split(/\s+/).length;
  const cause = fields === 5 ? whyNoCron(text) : `there ${fields === 1 ? "is 1" : `are ${fields}`}`;
  if (cause !== undefined) context.addIssue(`must be a cron expression of five fields (${cause})`);
});

/** Whether the runtime's own IANA database knows it, which is the one that schedules are evaluated with. */
export function isTimeZone(text: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: text });
    return true;
  } catch {
    return false;
  }
}

function whyNoCron(text: string): string | undefined {
  try {
    // Paused: an expression is only read here, never run.
    const expression = new Cron(text, { mode: "5-part", paused: true });
    return expression.nextRun() === null ? "it never comes" : undefined;
  } catch (error) {
    return error instanceof Error ? error.message.replace(/^CronPattern: /, "") : "not readable";
  }
}

/** A window that recurs: bounds from `start` to `end`, both cron expressions in the schedule's time zone. */
export interface Schedule {
  readonly name: string;
  readonly timeZone: string;
  readonly start: string;
  readonly end: string;
  /** Absent, as the other bound: the target's own stays in force. */
  readonly minReplicas?: number | undefined;
  readonly maxReplicas?: number | undefined;
}

/** The bounds in force at a time; the minimum is never above the maximum. */
export interface Bounds {
  readonly minReplicas: number;
  readonly maxReplicas: number;
  /** The active schedules. */
  readonly schedules: readonly string[];
}

interface Window {
  readonly schedule: Schedule;
  readonly start: Cron;
  readonly end: Cron;
}

/**
 * Bounds by time (epoch seconds): of several active schedules the highest minimum and the lowest maximum hold, and a maximum
 * wins over a minimum, since it guards what cannot be bought. The same object until the next start or end.
 */
export function scheduledBounds(target: {
  readonly minReplicas: number;
  readonly maxReplicas: number;
  readonly schedules: readonly Schedule[];
}): (now: number) => Bounds {
  const windows = target.schedules.map((schedule): Window => {
    const options = { mode: "5-part", timezone: schedule.timeZone, paused: true } as const;
    return { schedule, start: new Cron(schedule.start, options), end: new Cron(schedule.end, options) };
  });
  let known: { readonly from: number; readonly until: number; readonly bounds: Bounds } | undefined;
  return (now) => {
    // From as well as until: a clock that is set back must not keep bounds of its future.
    if (known !== undefined && now >= known.from && now < known.until) return known.bounds;
    const active = windows.filter((window) => isActive(window, now)).map(({ schedule }) => schedule);
    const until = Math.min(...windows.flatMap(({ start, end }) => [nextRun(start, now), nextRun(end, now)]));
    known = { from: now, until, bounds: boundsOf(target, active) };
    return known.bounds;
  };
}

/** Within a window the next end comes before the next start, wherever clocks are set forward or back. */
function isActive({ start, end }: Window, now: number): boolean {
  return nextRun(end, now) < nextRun(start, now);
}

/** Epoch seconds; infinity for an expression that never comes, such as 31 February. */
function nextRun(expression: Cron, now: number): number {
  const next = expression.nextRun(new Date(now * 1000));
  return next === null ? Infinity : next.getTime() / 1000;
}

function boundsOf(target: { minReplicas: number; maxReplicas: number }, active: readonly Schedule[]): Bounds {
  const minima = active.flatMap(({ minReplicas }) => minReplicas ?? []);
  const maxima = active.flatMap(({ maxReplicas }) => maxReplicas ?? []);
  const maxReplicas = maxima.length === 0 ? target.maxReplicas : Math.min(...maxima);
  const minReplicas = minima.length === 0 ? target.minReplicas : Math.max(...minima);
  // Schedules may contradict each other only while several are active, which no check beforehand can see.
  return { minReplicas: Math.min(minReplicas, maxReplicas), maxReplicas, schedules: active.map(({ name }) => name) };
}
