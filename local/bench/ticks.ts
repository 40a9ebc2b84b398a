import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { quantiles, round, type Quantiles } from "./quantiles.ts";

export interface Ticks {
  readonly decisions: number;
  /** Targets that decided at least once. */
  readonly targets: number;
  readonly failed: number;
  /** Decisions that left the count as it is, as a share of all. */
  readonly unchanged: number;
  /** Seconds that a tick came later after the one before than its period. The loop itself varies the period by up to a tenth. */
  readonly lateSeconds: Quantiles;
  /** Ticks that came later than by one whole period. */
  readonly lateByAPeriod: number;
}

/** A line of the decision log, by its first keys; parsing a gigabyte of JSON would disturb what is measured. */
const decided = /^\{"target":"([^"]+)","input":\{"now":([\d.]+)/;
const failed = /^\{"target":"[^"]+","at":([\d.]+),"failure"/;

interface Window {
  /** Epoch seconds. */
  readonly from: number;
  readonly until: number;
  readonly periodSeconds: number;
}

/** The ticks of a decision log within a time. */
export async function readTicks(file: string, window: Window): Promise<Ticks> {
  return countTicks(createInterface({ input: createReadStream(file), crlfDelay: Infinity }), window);
}

export async function countTicks(
  lines: AsyncIterable<string> | Iterable<string>,
  { from, until, periodSeconds }: Window,
): Promise<Ticks> {
  const times = new Map<string, number[]>();
  const counts = { decisions: 0, failed: 0, unchanged: 0 };
  const isWithin = (at: string | undefined): boolean => Number(at) >= from && Number(at) <= until;
  for await (const line of lines) {
    if (isWithin(failed.exec(line)?.[1])) counts.failed++;
    const [, target, now] = decided.exec(line) ?? [];
    if (target === undefined || !isWithin(now)) continue;
    counts.decisions++;
    if (line.includes('"outcome":"unchanged"')) counts.unchanged++;
    const known = times.get(target);
    if (known === undefined) times.set(target, [Number(now)]);
    else known.push(Number(now));
  }
  const late = [...times.values()].flatMap((of) => lateness(of, until, periodSeconds));
  return {
    ...{ decisions: counts.decisions, failed: counts.failed, targets: times.size },
    unchanged: round(counts.unchanged / Math.max(1, counts.decisions)),
    lateSeconds: quantiles(late),
    lateByAPeriod: late.filter((seconds) => seconds > periodSeconds).length,
  };
}

/** Of each tick but the first. A target that went silent is late until the end. */
function lateness(times: readonly number[], until: number, periodSeconds: number): number[] {
  const late = times.slice(1).map((at, index) => Math.max(0, at - (times[index] ?? at) - periodSeconds));
  const silence = until - (times.at(-1) ?? until) - periodSeconds;
  return silence > 0 ? [...late, silence] : late;
}
