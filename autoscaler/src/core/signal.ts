import type { Measurement, MetricSpec, QueueStatistics, Reading, Signal, Signals, Snapshot } from "./model.ts";

/** Clocks of two machines may differ by this much before a reading from the future is refused. */
export const allowedClockSkewSeconds = 5;

/**
 * Judges one reading at `now` (epoch seconds). An absent, old or impossible value is never turned into a number: KEDA
 * reads missing statistics as 0 and scales to nothing (kedacore/keda#7180), the HPA never looks at the age of an
 * external metric.
 */
export function toSignal(reading: Reading | undefined, spec: MetricSpec, now: number): Signal {
  if (reading === undefined) return { kind: "missing", cause: "no reading" };
  if ("error" in reading) return { kind: "missing", cause: reading.error };
  // Before the age: a time from the future would pass for fresh.
  const implausible = whyImplausible(reading, now);
  if (implausible !== undefined) return { kind: "implausible", cause: implausible };
  const ageSeconds = now - reading.observedAt;
  // Before partial: half of an old value may not raise the count either.
  if (ageSeconds > spec.maxAgeSeconds) return { kind: "stale", value: reading.value, ageSeconds };
  if (reading.partial !== undefined) return { kind: "partial", measurement: reading, cause: reading.partial };
  return { kind: "fresh", measurement: reading };
}

/** All signals of a target, one for each metric its specification names. */
export function toSignals(metrics: Readonly<Record<string, MetricSpec>>, snapshot: Snapshot): Signals {
  const entries = Object.entries(metrics).map(([name, spec]) => [
    name,
    toSignal(snapshot.readings[name], spec, snapshot.now),
  ]);
  return Object.fromEntries(entries) as Signals;
}

/** The measurement of a signal that may raise the count: fresh or partial; undefined forbids any arithmetic on it. */
export function usable(signal: Signal | undefined): Measurement | undefined {
  return signal?.kind === "fresh" || signal?.kind === "partial" ? signal.measurement : undefined;
}

/** Why a signal is not fresh, in words; undefined when it is. */
export function whyNotFresh(signal: Signal | undefined): string | undefined {
  switch (signal?.kind) {
    case "fresh":
      return undefined;
    case "partial":
      return `partial: ${signal.cause}`;
    case "stale":
      return `stale: ${signal.ageSeconds.toFixed(0)} s old`;
    case "missing":
      return `missing: ${signal.cause}`;
    case "implausible":
      return `implausible: ${signal.cause}`;
    case undefined:
      return "missing: not declared";
  }
}

function whyImplausible(reading: Measurement, now: number): string | undefined {
  const numbers: [string, number | undefined][] = [
    ["value", reading.value],
    ...(Object.entries(reading.queue ?? {}) as [string, number | undefined][]),
  ];
  for (const [name, value] of numbers) {
    // Written as a negation, so that NaN fails it.
    if (value !== undefined && !(Number.isFinite(value) && value >= 0)) return `${name} is ${value}`;
  }
  if (!Number.isFinite(reading.observedAt)) return `observedAt is ${reading.observedAt}`;
  if (reading.observedAt - now > allowedClockSkewSeconds)
    return `observed ${(reading.observedAt - now).toFixed(0)} s in the future`;
  return whyContradictory(reading.value, reading.queue);
}

/** A depth of zero beside waiting messages is a statistic that was lost, not an empty queue. */
function whyContradictory(value: number, queue: QueueStatistics | undefined): string | undefined {
  if (value === 0 && (queue?.ready ?? 0) > 0) return `value is 0 while ${queue?.ready ?? 0} messages are ready`;
  return undefined;
}
