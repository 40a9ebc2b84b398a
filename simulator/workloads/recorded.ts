import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import type { Trace, TracePoint } from "./trace.ts";

/** A recorded file and how to read it. */
interface Recording {
  readonly file: string;
  readonly parse: (rows: readonly string[][]) => TracePoint[];
}

// What each file is, and whose, is in the README beside them.
const recordings = {
  "azure-code": { file: "azure_llm_2023_code.csv", parse: parseAzure },
  mooncake: { file: "mooncake_conversation_ms.csv", parse: parseMooncake },
  wc98: { file: "wc98_requests_per_minute.csv", parse: (rows) => parseCounts(rows, 60) },
  nab: { file: "nab_elb_request_count_8c0756.csv", parse: (rows) => parseCounts(rows, 300) },
  "autothrottle-bursty": { file: "autothrottle_bursty.txt", parse: parseRates },
  "autothrottle-diurnal": { file: "autothrottle_diurnal.txt", parse: parseRates },
} as const satisfies Readonly<Record<string, Recording>>;

/** One of the recorded traces. */
export type RecordedName = keyof typeof recordings;

// Read as data, by path: the folder is the demonstration's.
const folder = join(import.meta.dirname, "..", "..", "local", "traces");
const read = new Map<RecordedName, Trace>();

/** A recorded trace, read once a process. Throws when the file is not the one that was recorded. */
export function recordedTrace(name: RecordedName): Trace {
  const known = read.get(name);
  if (known !== undefined) return known;
  const { file, parse: toPoints }: Recording = recordings[name];
  const rows: string[][] = parse(verifiedText(file), { skip_empty_lines: true });
  const points = toPoints(rows);
  const last = points.at(-1);
  if (last === undefined) throw new Error(`${file} holds no arrivals`);
  // Single jobs lie before the end, which is the next whole second.
  const seconds = last.binSeconds === 0 ? Math.floor(last.at) + 1 : last.at + last.binSeconds;
  const trace = { name, seconds, points };
  read.set(name, trace);
  return trace;
}

/** Figures of two tables are compared by the trace's name: it has to be the same file. */
function verifiedText(file: string): string {
  const content = readFileSync(join(folder, file));
  const sums = readFileSync(join(folder, "SHA256SUMS"), "utf8");
  // Two blanks, as sha256sum writes them; one alone would also fit a longer name.
  const line = sums.split("\n").find((each) => each.endsWith(`  ${file}`));
  const actual = createHash("sha256").update(content).digest("hex");
  if (line?.startsWith(actual) !== true)
    throw new Error(`${file} has the checksum ${actual}, not ${line?.split(" ")[0] ?? "one in SHA256SUMS"}`);
  return content.toString("utf8");
}

/** Throws instead of giving NaN, which would pass through every sum unseen. */
function toNumber(cell: string | undefined, what: string): number {
  // Number("") is 0.
  const value = cell === undefined || cell === "" ? NaN : Number(cell);
  if (!Number.isFinite(value)) throw new Error(`${what} must be a number, not ${JSON.stringify(cell)}`);
  return value;
}

/** Epoch seconds of "2023-11-16 18:17:03.9799600"; Date knows milliseconds only, so the fraction is added. */
function toSeconds(timestamp = ""): number {
  const [whole = "", fraction = "0"] = timestamp.split(".");
  const milliseconds = Date.parse(`${whole.replace(" ", "T")}Z`);
  if (Number.isNaN(milliseconds)) throw new Error(`${JSON.stringify(timestamp)} is no time`);
  return milliseconds / 1000 + toNumber(`0.${fraction}`, "fraction");
}

function parseAzure([, ...rows]: readonly string[][]): TracePoint[] {
  return fromZero(
    rows.map(([time, , tokens]) => ({
      ...{ at: toSeconds(time), count: 1, binSeconds: 0, size: toNumber(tokens, "GeneratedTokens") },
    })),
  );
}

const mooncakeBatchSeconds = 3;

// Its clock ticks every three seconds: a batch is spread evenly over them.
function parseMooncake([, ...rows]: readonly string[][]): TracePoint[] {
  const batches = Map.groupBy(rows, ([time]) => toNumber(time, "timestamp_ms") / 1000);
  return [...batches].flatMap(([at, batch]) =>
    batch.map(([, , tokens], index) => ({
      // In the middle of its part of the batch, so that none lies on the border to the next.
      at: at + (mooncakeBatchSeconds * (index + 0.5)) / batch.length,
      ...{ count: 1, binSeconds: 0, size: toNumber(tokens, "output_length") },
    })),
  );
}

function parseCounts([, ...rows]: readonly string[][], binSeconds: number): TracePoint[] {
  return fromZero(rows.map(([time, count]) => ({ at: toSeconds(time), count: toNumber(count, "count"), binSeconds })));
}

function parseRates(rows: readonly string[][]): TracePoint[] {
  return rows.map(([count], second) => ({
    ...{ at: second, count: toNumber(count, "requests per second"), binSeconds: 1 },
  }));
}

/** Recordings begin at a date or in the middle of a minute; a trace begins at 0. */
function fromZero(points: TracePoint[]): TracePoint[] {
  const first = points[0]?.at ?? 0;
  return points.map((point) => ({ ...point, at: point.at - first }));
}
