import type { FaultResult } from "./measure.ts";
import type { CheckResult } from "./checks/check.ts";

/** Columns of the table of faults: heading → what a row shows. */
const columns: Readonly<Record<string, (result: FaultResult) => string>> = {
  fault: ({ name }) => name,
  requests: ({ requests }) => String(requests.operations),
  "failed at first": ({ requests }) => failures(requests),
  "after one retry": ({ requests }) => String(requests.failedAfterRetry),
  "executions lost": ({ executions }) => `${executions.lost} of ${executions.accepted}`,
  "counted wrongly": ({ executions }) => String(executions.countedWrongly),
  "wrong scale-downs": ({ wrongScaleDowns }) => String(wrongScaleDowns.length),
  "other restarts": ({ otherRestarts }) => String(otherRestarts.length),
  "recovered after": ({ recoverySeconds }) =>
    recoverySeconds === null ? "not in time" : `${recoverySeconds.toFixed(1)} s`,
};

const failures = ({ failedRaw, byStatus }: FaultResult["requests"]): string => {
  const kinds = Object.entries(byStatus).map(([status, count]) => `${count} × ${status}`);
  return failedRaw === 0 ? "0" : `${failedRaw} (${kinds.join(", ")})`;
};

export const headings: readonly string[] = Object.keys(columns);

export const cells = (result: FaultResult): readonly string[] => Object.values(columns).map((cell) => cell(result));

/** Lines of a table for a terminal, as wide as its cells. */
export function terminalTable(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? "").length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** The same as Markdown. */
export function markdownTable(rows: readonly (readonly string[])[]): string {
  const [head = [], ...rest] = rows.map((row) => row.map((cell) => cell.replaceAll("|", "\\|")));
  const line = (row: readonly string[]): string => `| ${row.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rest.map(line)].join("\n");
}

export const faultRows = (results: readonly FaultResult[]): readonly (readonly string[])[] => [
  headings,
  ...results.map(cells),
];

export const checkRows = (results: readonly CheckResult[]): readonly (readonly string[])[] => [
  ["check", "seen", "problems"],
  ...results.map(({ name, seen, problems }) => [name, seen, problems.length === 0 ? "none" : problems.join("; ")]),
];

/** What makes a run a failed one, a sentence each. */
export function failuresOf(faults: readonly FaultResult[], checks: readonly CheckResult[]): readonly string[] {
  return [
    ...faults.flatMap(faultFailures),
    ...checks.flatMap(({ name, problems }) => problems.map((one) => `${name}: ${one}`)),
  ];
}

function faultFailures({ name, executions, ...result }: FaultResult): readonly string[] {
  const { wrongScaleDowns, missing } = result;
  return [
    ...(executions.lost > 0 ? [`${executions.lost} accepted executions were lost`] : []),
    ...(executions.countedWrongly > 0 ? [`${executions.countedWrongly} executions were counted wrongly`] : []),
    ...wrongScaleDowns.map(({ from, to, why }) => `the workers fell from ${from} to ${to}, though ${why}`),
    ...(missing === undefined ? [] : [`not recovered in time: ${missing}`]),
  ].map((problem) => `${name}: ${problem}`);
}
