import type { FaultsReport } from "./run.ts";
import { checks as allChecks } from "./checks/checks.ts";
import { faults as catalogue } from "./catalogue.ts";
import { checkRows, faultRows, markdownTable } from "./table.ts";

const head = `# Faults

Rendered by \`npm run -s faults -- --page docs/faults.md\` from a run on the pods of the local stack; do not edit.

Each fault is made under a steady load over HTTP through the gateway's Service. Every start of an execution has an
\`Idempotency-Key\` of its own, and is asked for once more after a 503 or no answer, as [services](services.md) says.

- **failed at first**: requests whose first answer was not the expected one; **after one retry**: those that failed again.
- **executions lost**: accepted with 202, and not \`succeeded\` when nothing moved any more.
- **counted wrongly**: starts and successes in the workflow's counters or the audit log that are no executions, or the other way round.
- **wrong scale-downs**: falls of the workers' count below what the load keeps busy, on a signal that was not fresh, below what a
  rule asked for, or by nobody's decision.
- **other restarts**: containers that started again, and members that were replaced, though nobody had touched them.
- **recovered after**: from the fault until all that was broken is back (below) and the last request has failed.
`;

const where = ({ at, machine, kubernetes, load }: FaultsReport): string =>
  `Run on ${at.slice(0, 10)}: ${machine}; Kubernetes ${kubernetes}, one node that shares the machine with the callers and whatever else runs on it. Load: ${load.perSecond} reads and ` +
  `${load.perSecond} executions of ${load.workSeconds} s a second.`;

/** docs/faults.md, of a run of everything. */
export function faultsPage(report: FaultsReport): string {
  const { faults, checks, skipped } = report;
  const what = catalogue.map(({ name, recovered }) => [
    name,
    faults.find((fault) => fault.name === name)?.what ?? "not made in this run",
    recovered,
  ]);
  const untried = allChecks.filter(({ name }) => !checks.some((check) => check.name === name));
  return [
    head,
    where(report),
    "",
    markdownTable(faultRows(faults)),
    ...skipped.map((one) => `\nNot made: ${one}.`),
    "",
    markdownTable([["fault", "what was hit", "recovered means"], ...what]),
    "",
    "## In force",
    "",
    "Looked at on the same pods: what the program declares is what the cluster does.",
    "",
    markdownTable(checkRows(checks)),
    ...untried.map(({ name }) => `\nNot looked at in this run: ${name}.`),
    "",
  ].join("\n");
}
