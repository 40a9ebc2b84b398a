import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

/** Arrivals spread evenly over [at, at + binSeconds); a single request has count 1 and binSeconds 0. */
export interface TracePoint {
  /** Seconds since the start of the trace. */
  readonly at: number;
  /** Arrivals in the bin; need not be whole. */
  readonly count: number;
  readonly binSeconds: number;
  /** What the trace says about the size of the request, in its own unit. */
  readonly size?: number;
}

/** Arrivals in the order of time, from second 0 on. */
export interface Trace {
  readonly name: string;
  /** To the end of the last bin. */
  readonly seconds: number;
  readonly points: readonly TracePoint[];
}

/** A recorded file and how to read it. */
interface TraceFile {
  readonly file: string;
  readonly parse: (text: string) => TracePoint[];
  /** The part that is told when the whole is too long to see a burst in two minutes. */
  readonly window?: { readonly fromSeconds: number; readonly seconds: number };
}

const daySeconds = 86_400;

const files: Readonly<Record<string, TraceFile>> = {
  "azure-code": { file: "azure_llm_2023_code.csv", parse: parseAzure },
  mooncake: { file: "mooncake_conversation_ms.csv", parse: parseMooncake },
  wc98: {
    file: "wc98_requests_per_minute.csv",
    parse: (text) => parseCounts(text, 60),
    // 7 July 1998, the day of the highest minute.
    window: { fromSeconds: 67 * daySeconds + 9000, seconds: daySeconds },
  },
  nab: {
    file: "nab_elb_request_count_8c0756.csv",
    parse: (text) => parseCounts(text, 300),
    window: { fromSeconds: 0, seconds: 2 * daySeconds },
  },
  "autothrottle-bursty": { file: "autothrottle_bursty.txt", parse: parseRates },
  "autothrottle-diurnal": { file: "autothrottle_diurnal.txt", parse: parseRates },
};

/** Names that `loadTrace` takes. */
export const traceNames: readonly string[] = Object.keys(files);

const tracesFolder = join(import.meta.dirname, "..", "traces");

/** Reads a trace by its name and checks the file against SHA256SUMS. */
export async function loadTrace(name: string): Promise<Trace> {
  const trace = files[name];
  if (trace === undefined)
    throw new Error(`trace must be one of ${traceNames.join(", ")}, not ${JSON.stringify(name)}`);
  // As bytes: the checksum is of the file, not of its text.
  const content = await readFile(join(tracesFolder, trace.file));
  await verify(trace.file, content);
  const points = cut(trace.parse(content.toString("utf8")), trace.window);
  const last = points.at(-1);
  if (last === undefined) throw new Error(`${trace.file} holds no arrivals`);
  return { name, seconds: last.at + last.binSeconds, points };
}

/** Throws unless the file is the one that was recorded: figures of two runs are compared by the trace's name. */
async function verify(file: string, content: Buffer): Promise<void> {
  const sums = await readFile(join(tracesFolder, "SHA256SUMS"), "utf8");
  const expected = sums
    .split("\n")
    // Two blanks, as sha256sum writes them; one alone would also fit a longer name.
    .find((line) => line.endsWith(`  ${file}`))
    ?.split(" ")[0];
  const actual = createHash("sha256").update(content).digest("hex");
  if (actual !== expected)
    throw new Error(`${file} has the checksum ${actual}, not ${expected ?? "one in SHA256SUMS"}`);
}

function cut(points: TracePoint[], window: TraceFile["window"]): TracePoint[] {
  if (window === undefined) return points;
  const { fromSeconds, seconds } = window;
  return points
    .filter(({ at }) => at >= fromSeconds && at < fromSeconds + seconds)
    .map((point) => ({ ...point, at: point.at - fromSeconds }));
}

/** Rows of a CSV file without its head, as cells. */
function rows(text: string): string[][] {
  return lines(text)
    .slice(1)
    .map((line) => line.split(","));
}

const lines = (text: string): string[] => text.split(/\r?\n/).filter((line) => line !== "");

/** Throws instead of giving NaN, which would pass through every sum unseen. */
function toNumber(cell: string | undefined, what: string): number {
  // Number("") is 0.
  const value = cell === undefined || cell === "" ? NaN : Number(cell);
  if (!Number.isFinite(value)) throw new Error(`${what} must be a number, not ${JSON.stringify(cell)}`);
  return value;
}

/** Epoch seconds of "2023-11-16 18:17:03.9799600"; Date knows milliseconds only, so the fraction is added. */
function toSeconds(timestamp: string | undefined): number {
  const [whole = "", fraction = "0"] = (timestamp ?? "").split(".");
  const milliseconds = Date.parse(`${whole.replace(" ", "T")}Z`);
  if (Number.isNaN(milliseconds)) throw new Error(`${JSON.stringify(timestamp)} is no time`);
  return milliseconds / 1000 + toNumber(`0.${fraction}`, "fraction");
}

function parseAzure(text: string): TracePoint[] {
  const requests = rows(text).map(([time, , generated]) => ({
    ...{ at: toSeconds(time), count: 1, binSeconds: 0, size: toNumber(generated, "GeneratedTokens") },
  }));
  return fromZero(requests);
}

const mooncakeBatchSeconds = 3;

// Its clock ticks every three seconds: a batch is spread evenly over them.
function parseMooncake(text: string): TracePoint[] {
  const requests = rows(text).map(([time, , output]) => ({
    ...{ at: toNumber(time, "timestamp_ms") / 1000, size: toNumber(output, "output_length") },
  }));
  const sizes = new Map<number, number>();
  for (const { at } of requests) sizes.set(at, (sizes.get(at) ?? 0) + 1);
  const seen = new Map<number, number>();
  return requests.map(({ at, size }) => {
    const index = seen.get(at) ?? 0;
    seen.set(at, index + 1);
    // In the middle of its part of the batch, so that none lies on the border to the next.
    const share = (index + 0.5) / (sizes.get(at) ?? 1);
    return { at: at + mooncakeBatchSeconds * share, count: 1, binSeconds: 0, size };
  });
}

function parseCounts(text: string, binSeconds: number): TracePoint[] {
  return fromZero(
    rows(text).map(([time, count]) => ({ at: toSeconds(time), count: toNumber(count, "count"), binSeconds })),
  );
}

function parseRates(text: string): TracePoint[] {
  return lines(text).map((line, second) => ({
    at: second,
    count: toNumber(line, "requests per second"),
    binSeconds: 1,
  }));
}

/** Recordings begin at a date or in the middle of a minute; a schedule begins at 0. */
function fromZero(points: TracePoint[]): TracePoint[] {
  const first = points[0]?.at ?? 0;
  return points.map((point) => ({ ...point, at: point.at - first }));
}
