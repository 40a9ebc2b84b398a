import { CsvError, parse } from "csv-parse/sync";
import { amountOf, timeOf } from "./cells.ts";
import { tooManyJobs, type Trace } from "./trace.ts";
import { TraceError } from "./traceError.ts";

interface Row {
  readonly line: number;
  readonly cells: readonly string[];
}

/** Where a header says that things stand. */
interface Columns {
  readonly count: number;
  readonly time: number;
  readonly amount?: { readonly name: "service" | "count"; readonly at: number };
}

/** A row that is understood. */
interface Entry {
  readonly line: number;
  readonly time: number;
  /** Seconds of work or a number of jobs; absent where no column says it. */
  readonly amount?: number;
}

/**
 * Reads a trace with a header: `time` or `time,service` is a line for each job, `time,count` a line for each bin, which
 * reaches to the next line's time; the last bin is as long as the one before. Times are seconds or ISO 8601 (UTC unless
 * they say otherwise), services seconds. Jobs may stand in any order, bins may not. The trace begins with its first time.
 * Throws a TraceError that lists all problems.
 */
export function parseCsvTrace(text: string, file: string): Trace {
  const [header, ...rows] = readRows(text, file);
  if (header === undefined) throw new TraceError(file, ["is empty; it needs a header and at least one line"]);
  const columns = columnsOf(header, file);
  const problems: string[] = rows.length === 0 ? ["has a header and no line below it"] : [];
  const entries = entriesOf(rows, columns, problems);
  const hasBins = columns.amount?.name === "count";
  if (hasBins) problems.push(...binProblems(entries, rows.length));
  problems.push(...amountProblems(entries, columns));
  if (problems.length > 0) throw new TraceError(file, problems);
  const trace = hasBins ? bins(entries) : jobs(entries);
  const tooMany = tooManyJobs(trace);
  if (tooMany !== undefined) throw new TraceError(file, [tooMany]);
  return { name: file, ...trace };
}

function readRows(text: string, file: string): Row[] {
  try {
    const options = { bom: true, trim: true, skip_empty_lines: true, relax_column_count: true, info: true } as const;
    // With `info` each record comes with where it was, which its type does not say.
    const records = parse(text, options) as unknown as { info: { lines: number }; record: string[] }[];
    return records.map(({ info, record }) => ({ line: info.lines, cells: record }));
  } catch (error) {
    // A quote that is never closed, or one in the middle of a cell.
    if (error instanceof CsvError) throw new TraceError(file, [error.message]);
    throw error;
  }
}

const names = ["time", "service", "count"];

function columnsOf({ line, cells }: Row, file: string): Columns {
  const problems = [
    ...cells
      .filter((cell) => !names.includes(cell))
      .map((cell) => `line ${line}: column must be one of ${names.join(", ")}, not ${JSON.stringify(cell)}`),
    ...names
      .filter((name) => cells.indexOf(name) !== cells.lastIndexOf(name))
      .map((name) => `line ${line}: column ${name} is there twice`),
    ...(cells.includes("time") ? [] : [`line ${line}: column time is missing`]),
    ...(cells.includes("service") && cells.includes("count")
      ? [`line ${line}: service is of single jobs and count of bins; a trace has one of the two`]
      : []),
  ];
  if (problems.length > 0) throw new TraceError(file, problems);
  const amount = (["service", "count"] as const).find((name) => cells.includes(name));
  return {
    ...{ count: cells.length, time: cells.indexOf("time") },
    ...(amount && { amount: { name: amount, at: cells.indexOf(amount) } }),
  };
}

function entriesOf(rows: readonly Row[], columns: Columns, problems: string[]): Entry[] {
  // The first line says which kind of time all others have: seconds among dates would lie decades away.
  const kind = /^\d{4}-/.test(rows[0]?.cells[columns.time] ?? "") ? "date" : "seconds";
  return rows.flatMap(({ line, cells }) => {
    if (cells.length !== columns.count) {
      problems.push(`line ${line}: must have ${columns.count} cells, not ${cells.length}`);
      return [];
    }
    const complain = (problem: string): void => void problems.push(`line ${line}: ${problem}`);
    const time = timeOf(cells[columns.time] ?? "", kind, complain);
    const { amount: column } = columns;
    const amount = column && amountOf(column.name, cells[column.at] ?? "", complain);
    if (time === undefined || (column !== undefined && amount === undefined)) return [];
    return [{ line, time, ...(amount !== undefined && { amount }) }];
  });
}

function binProblems(entries: readonly Entry[], lines: number): string[] {
  if (lines === 1) return ["needs at least two bins: how long a bin is, is the time to the next"];
  return entries.flatMap(({ line, time }, index) => {
    const before = entries[index - 1];
    // A line that was not understood between the two is told by itself.
    return before === undefined || time > before.time
      ? []
      : [`line ${line}: time must be later than that of line ${before.line}: bins stand in the order of time`];
  });
}

function amountProblems(entries: readonly Entry[], { amount: column }: Columns): string[] {
  if (column === undefined || entries.length === 0 || entries.some(({ amount }) => amount !== 0)) return [];
  return [column.name === "count" ? "counts no job at all" : "service is 0 in every line: there is no work to do"];
}

function bins(entries: readonly Entry[]): Omit<Trace, "name"> {
  const first = entries[0]?.time ?? 0;
  const lengths = entries.slice(1).map(({ time }, index) => time - (entries[index]?.time ?? time));
  const points = entries.map(({ time, amount = 0 }, index) => ({
    ...{ at: time - first, count: amount, binSeconds: lengths[index] ?? lengths.at(-1) ?? 0 },
  }));
  return { seconds: points.reduce((sum, { binSeconds }) => sum + binSeconds, 0), points };
}

function jobs(entries: readonly Entry[]): Omit<Trace, "name"> {
  // Logs of several writers are seldom in order, and each job stands for itself.
  const sorted = entries.toSorted((one, other) => one.time - other.time);
  const first = sorted[0]?.time ?? 0;
  const points = sorted.map(({ time, amount }) => ({
    ...{ at: time - first, count: 1, binSeconds: 0 },
    ...(amount !== undefined && { size: amount }),
  }));
  // All jobs lie before the end.
  return { seconds: Math.floor(points.at(-1)?.at ?? 0) + 1, points };
}
