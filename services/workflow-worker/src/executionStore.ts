import type { Database } from "@jobsprint/runtime/database";

/** What a worker finds when it takes an execution up. */
export type Taken =
  | { readonly state: "running"; readonly input: unknown }
  /** Done before: this message came again. */
  | { readonly state: "finished" }
  /** No such row: the message is of no execution. */
  | { readonly state: "unknown" };

/** Executions as a worker changes them; each call is one statement on the primary and may be repeated. */
export interface ExecutionStore {
  take(id: string, signal: AbortSignal): Promise<Taken>;
  /** Counts on the workflow as well, once however often it is called. */
  finish(id: string, outcome: { error: string | null }, signal?: AbortSignal): Promise<void>;
}

// One that runs is taken again: its worker has lost the message, and perhaps its life.
const takeText = `with taken as (
    update executions set status = 'running', started_at = coalesce(started_at, now())
    where id = $1 and status in ('pending', 'running') returning input
  )
  select input, true as running from taken
  union all select null, false from executions where id = $1 and not exists (select from taken)`;

// The counter hangs on the change of status: a second call finds nothing to change.
const finishText = `with finished as (
    update executions set status = case when $2::text is null then 'succeeded' else 'failed' end,
      error = $2, finished_at = now()
    where id = $1 and status = 'running' returning workflow_id, status
  )
  update workflows set successful_executions = successful_executions + 1, updated_at = now()
  from finished where workflows.id = finished.workflow_id and finished.status = 'succeeded'`;

export function createExecutionStore(database: Database): ExecutionStore {
  return {
    async take(id, signal) {
      const { rows } = await database.write<{ input: unknown; running: boolean }>(takeText, [id], { signal });
      const [row] = rows;
      if (row === undefined) return { state: "unknown" };
      return row.running ? { state: "running", input: row.input } : { state: "finished" };
    },
    async finish(id, { error }, signal) {
      await database.write(finishText, [id, error], signal === undefined ? {} : { signal });
    },
  };
}
