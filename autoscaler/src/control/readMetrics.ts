import type { Reading } from "../core/model.ts";
import type { Clock } from "../ports/clock.ts";
import type { MetricSource } from "../ports/metricSource.ts";
import { errorMessage } from "./errorMessage.ts";

/** Metric name → its source. */
export type MetricSources = Readonly<Record<string, MetricSource>>;

/** Without a reason each abort would build an error with its stack. */
const over = new Error("the read is over");

/**
 * Reads all metrics at once; a source that fails, throws or takes longer than `timeoutSeconds` gives a typed error, so
 * that the other metrics can still raise the count. An abort ends all reads. Never rejects.
 */
export async function readMetrics(
  sources: MetricSources,
  clock: Clock,
  timeoutSeconds: number,
  signal: AbortSignal,
): Promise<Record<string, Reading>> {
  const entries = Object.entries(sources).map(
    async ([name, source]) => [name, await readOne(source, clock, timeoutSeconds, signal)] as const,
  );
  return Object.fromEntries(await Promise.all(entries));
}

async function readOne(
  source: MetricSource,
  clock: Clock,
  timeoutSeconds: number,
  signal: AbortSignal,
): Promise<Reading> {
  // Ends whichever of the two is still under way: a sleep of seconds would otherwise outlive each tick.
  const done = new AbortController();
  const ends = AbortSignal.any([signal, done.signal]);
  const timeout = clock.sleep(timeoutSeconds, ends).then(() => ({ error: `timed out after ${timeoutSeconds} s` }));
  try {
    // The race, not the signal, holds the deadline: a source may hang in a call that cannot be ended.
    return await Promise.race([settled(source, ends), timeout]);
  } finally {
    done.abort(over);
  }
}

async function settled(source: MetricSource, signal: AbortSignal): Promise<Reading> {
  try {
    return await source.read(signal);
  } catch (error) {
    return { error: errorMessage(error) };
  }
}
