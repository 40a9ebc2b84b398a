import { setTimeout as delay } from "node:timers/promises";
import type { Pods } from "./pods.ts";

/** What the database says of the executions of one workflow. */
export interface ExecutionRows {
  /** Of its counters. */
  readonly countedTotal: number;
  readonly countedSuccessful: number;
  /** Lines of the audit log that tell of a start. */
  readonly audited: number;
  /** Status of each execution by its id. */
  readonly statuses: ReadonlyMap<string, string>;
}

/** What became of the executions that the gateway had accepted. */
export interface ExecutionCounts {
  readonly accepted: number;
  /** Accepted, and not succeeded when nothing moved any more. */
  readonly lost: number;
  /** Starts and successes that the workflow's counters or the audit log have more often than there are executions, or less. */
  readonly countedWrongly: number;
}

export function countExecutions(accepted: readonly string[], rows: ExecutionRows): ExecutionCounts {
  const { countedTotal, countedSuccessful, audited, statuses } = rows;
  const succeeded = [...statuses.values()].filter((status) => status === "succeeded").length;
  return {
    accepted: accepted.length,
    lost: accepted.filter((key) => statuses.get(key) !== "succeeded").length,
    countedWrongly:
      Math.abs(countedTotal - statuses.size) +
      Math.abs(audited - statuses.size) +
      Math.abs(countedSuccessful - succeeded),
  };
}

/** In the pod of the primary, whose entry script has left the password in a file that libpq reads. */
const psql = [
  ...["sh", "-ec"],
  'PATH=/usr/lib/postgresql/17/bin:$PATH PGPASSFILE=$POSTGRES_PASSFILE exec psql -AtX -v ON_ERROR_STOP=1 "$0" -c "$1"',
  "host=127.0.0.1 user=postgres dbname=jobsprint",
];

/** Rows of a statement on the primary, as lines with | between the columns. */
export async function query(pods: Pods, statement: string): Promise<readonly string[]> {
  const output = await pods.exec({ pod: "postgres-0" }, [...psql, statement]);
  return output.split("\n").filter((line) => line !== "");
}

/** The rows of a workflow's executions as the primary has them now. The id is one that the gateway gave. */
export async function readExecutions(pods: Pods, workflow: string): Promise<ExecutionRows> {
  const [counters = "", ...rows] = await query(
    pods,
    `select total_executions, successful_executions, (select count(*) from audit_logs
       where action = 'execution.started' and details->>'workflowId' = '${workflow}') from workflows where id = '${workflow}';
     select id, status from executions where workflow_id = '${workflow}'`,
  );
  const [countedTotal = NaN, countedSuccessful = NaN, audited = NaN] = counters.split("|").map(Number);
  const statuses = new Map(rows.map((row) => row.split("|") as [string, string]));
  return { countedTotal, countedSuccessful, audited, statuses };
}

/** Waits until every accepted execution is at its end, at most so long, and tells what became of them. */
export async function settleExecutions(
  pods: Pods,
  { workflow, accepted }: { readonly workflow: string; readonly accepted: readonly string[] },
  timeoutSeconds: number,
): Promise<ExecutionCounts> {
  const deadline = Date.now() + timeoutSeconds * 1000;
  for (;;) {
    const counts = countExecutions(accepted, await readExecutions(pods, workflow));
    if ((counts.lost === 0 && counts.countedWrongly === 0) || Date.now() > deadline) return counts;
    await delay(2000);
  }
}
