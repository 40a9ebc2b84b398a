import type { Life } from "./replica.ts";

export interface Footprint {
  readonly replica: string;
  readonly pid: number;
  readonly seconds: number;
  readonly endedBy: string | null;
  readonly rssMiB: { readonly last: number; readonly highest: number; readonly slopePerMinute: number | null };
  readonly fileDescriptors: { readonly last: number; readonly highest: number; readonly slopePerMinute: number | null };
}

/** Until histories and caches are full. */
export const warmUpSeconds = 240;
/** A slope over less says nothing. */
const judgedSeconds = 240;
const bucketSeconds = 20;
const mebibyte = 2 ** 20;
/** Growth over the judged span that is no noise of the garbage collector. */
const tolerated = { rssShare: 0.1, fileDescriptors: 4 };

export function footprintOf({ replica, pid, startedAt, endedAt, endedBy, samples }: Life): Footprint {
  const rss = samples.map(({ at, rssBytes }) => ({ at, value: rssBytes / mebibyte }));
  const files = samples.map(({ at, fileDescriptors }) => ({ at, value: fileDescriptors }));
  return {
    ...{ replica, pid, endedBy: endedBy ?? null },
    seconds: Math.round((endedAt ?? samples.at(-1)?.at ?? startedAt) - startedAt),
    rssMiB: summary(rss, startedAt),
    fileDescriptors: summary(files, startedAt),
  };
}

/** What grows with time beyond the noise. */
export function growths({ samples, startedAt, replica, pid }: Life): string[] {
  const span = (samples.at(-1)?.at ?? startedAt) - startedAt - warmUpSeconds;
  const { rssMiB, fileDescriptors } = footprintOf({ samples, startedAt, replica, pid, stops: [] });
  const grown = (slope: number | null): number => ((slope ?? 0) * span) / 60;
  const problems: string[] = [];
  if (grown(rssMiB.slopePerMinute) > tolerated.rssShare * rssMiB.last)
    problems.push(`${replica} (${pid}): resident memory grows by ${rssMiB.slopePerMinute} MiB a minute`);
  if (grown(fileDescriptors.slopePerMinute) > tolerated.fileDescriptors)
    problems.push(`${replica} (${pid}): open files grow by ${fileDescriptors.slopePerMinute} a minute`);
  return problems;
}

interface Point {
  readonly at: number;
  readonly value: number;
}

function summary(points: readonly Point[], startedAt: number): Footprint["rssMiB"] {
  const round = (value: number): number => Math.round(value * 100) / 100;
  const warm = points.filter(({ at }) => at > startedAt + warmUpSeconds);
  const span = (warm.at(-1)?.at ?? 0) - (warm[0]?.at ?? 0);
  return {
    last: round(points.at(-1)?.value ?? 0),
    highest: round(Math.max(0, ...points.map(({ value }) => value))),
    slopePerMinute: span < judgedSeconds ? null : round(60 * slope(lows(warm))),
  };
}

/** The lowest of each bucket: what is left after a garbage collection, or after calls in flight. */
function lows(points: readonly Point[]): Point[] {
  const buckets = Map.groupBy(points, ({ at }) => Math.floor(at / bucketSeconds));
  return [...buckets.values()].map((bucket) => bucket.reduce((low, one) => (one.value < low.value ? one : low)));
}

/** Of the least-squares line, in units a second. */
function slope(points: readonly Point[]): number {
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [time, height] = [mean(points.map(({ at }) => at)), mean(points.map(({ value }) => value))];
  const rise = points.reduce((sum, { at, value }) => sum + (at - time) * (value - height), 0);
  return rise / points.reduce((sum, { at }) => sum + (at - time) ** 2, 0);
}
