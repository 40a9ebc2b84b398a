import type { StackStatus } from "./stackStatus.ts";

/** The status as lines for a terminal. */
export function statusText({ workloads, scalers, leaders }: StackStatus): string {
  const rows = workloads.map(({ kind, name, text, restarts, ageSeconds }) => {
    return [kind, name, text, String(restarts), age(ageSeconds)];
  });
  const hpas = scalers.map(({ name, metrics, replicas, problem }) => {
    return [name, replicas, metrics.join(", "), ...(problem === undefined ? [] : [problem])];
  });
  return [
    ...table([["KIND", "NAME", "STATE", "RESTARTS", "AGE"], ...rows]),
    ...(hpas.length === 0 ? [] : ["", ...table([["HPA", "REPLICAS", "METRICS"], ...hpas])]),
    ...[...leaders].map(([lease, holder]) => `\n${lease} is led by ${holder}`),
  ].join("\n");
}

/** Columns as wide as their widest cell; the last one is not filled up. */
function table(rows: readonly (readonly string[])[]): string[] {
  const columns = Math.max(...rows.map(({ length }) => length));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

function age(seconds: number): string {
  if (seconds < 120) return `${Math.round(seconds)} s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}
