import type { Interval } from "./interval.ts";

/** What is unknown, or does not apply. */
export const dash = "–";

/** "12.34", or "12.34 ± 0.05" with several seeds. */
export function figure(value: Interval | null, digits: number, factor = 1): string {
  if (value === null) return dash;
  const mean = (value.mean * factor).toFixed(digits);
  const { halfWidth } = value;
  // A spread below the last digit is none to be told.
  return halfWidth === null || halfWidth * factor < 0.5 / 10 ** digits
    ? mean
    : `${mean} ± ${(halfWidth * factor).toFixed(digits)}`;
}

/** The mean alone. */
export const meanOf = (value: Interval | null, digits: number, factor = 1): string =>
  value === null ? dash : (value.mean * factor).toFixed(digits);

/** "yes", "no", "too near" or a dash. */
export function yesNo(value: boolean | "too near" | null): string {
  if (value === null) return dash;
  return value === "too near" ? value : value ? "yes" : "no";
}

/** "1.23", or "≥ 1.23" where it may be more. */
export const atLeast = (isAtLeast: boolean, told: string): string => (isAtLeast && told !== dash ? `≥ ${told}` : told);

/** Rows with columns of one width, the first to the left and the others to the right. */
export function aligned(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? "").length)));
  return rows
    .map((row) =>
      row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0))),
    )
    .map((row) => row.join("  ").trimEnd())
    .join("\n");
}

/** A table of Markdown; the first row is its head. */
export function markdownTable([head = [], ...rows]: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
