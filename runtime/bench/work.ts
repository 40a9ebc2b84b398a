/** Figures of work/ against the plain way of doing the same. Needs DATABASE_URL; prints one JSON object. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { batchLoad, mapParallel } from "../src/work/index.ts";

const rounds = 3;
const ways = ["stream", "query", "cursor"] as const;

interface Reading {
  readonly rowsPerSecond: number;
  readonly peakHeapMegabytes: number;
  readonly peakRssMegabytes: number;
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;
const round = (value: number): number => Math.round(value * 100) / 100;

async function read(way: string): Promise<Reading> {
  const { stdout } = await promisify(execFile)(process.execPath, [join(import.meta.dirname, "readRows.ts"), way]);
  return JSON.parse(stdout) as Reading;
}

/** Rounds in turn, so that a busy minute of the machine meets all ways alike. */
async function streaming(): Promise<unknown> {
  const found: Record<string, Reading[]> = { stream: [], query: [], cursor: [] };
  for (let index = 0; index < rounds; index++) for (const way of ways) found[way]?.push(await read(way));
  const all = ways.map((way) => {
    const of = (key: keyof Reading): number => median((found[way] ?? []).map((one) => one[key]));
    return [
      way,
      {
        rowsPerSecond: of("rowsPerSecond"),
        peakHeapMegabytes: of("peakHeapMegabytes"),
        peakRssMegabytes: of("peakRssMegabytes"),
      },
    ] as const;
  });
  const by = Object.fromEntries(all) as Record<(typeof ways)[number], Reading>;
  return {
    ...by,
    rateToQuery: round(by.stream.rowsPerSecond / by.query.rowsPerSecond),
    rateToCursor: round(by.stream.rowsPerSecond / by.cursor.rowsPerSecond),
    heapToQuery: round(by.stream.peakHeapMegabytes / by.query.peakHeapMegabytes),
  };
}

/** One in ten takes ten times as long, as calls of other people's services do: a chunk waits for its slowest. */
const durations = Array.from({ length: 300 }, (_, index) => ((index * 7) % 10 === 0 ? 100 : 10));

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

async function chunked(): Promise<void> {
  for (let index = 0; index < durations.length; index += 10)
    await Promise.all(durations.slice(index, index + 10).map((duration) => delay(duration)));
}

async function parallel(): Promise<unknown> {
  const milliseconds: { mapParallel: number[]; chunks: number[] } = { mapParallel: [], chunks: [] };
  for (let index = 0; index < rounds; index++) {
    milliseconds.mapParallel.push(await timed(() => mapParallel(durations, (duration) => delay(duration))));
    milliseconds.chunks.push(await timed(chunked));
  }
  const [own, chunks] = [median(milliseconds.mapParallel), median(milliseconds.chunks)];
  return { mapParallelMs: Math.round(own), chunksOfTenMs: Math.round(chunks), timesFaster: round(chunks / own) };
}

/** A page of a thousand rows, each of which needs one of two hundred users. */
async function batching(): Promise<unknown> {
  let queries = 0;
  const users = batchLoad<number, string>((ids) => {
    queries++;
    return Promise.resolve(ids.map((id) => `user ${id}`));
  });
  await Promise.all(Array.from({ length: 1000 }, (_, row) => users.load(row % 200)));
  return { loads: 1000, queries };
}

console.log(JSON.stringify({ streaming: await streaming(), parallel: await parallel(), batching: await batching() }));
