import { randomUUID } from "node:crypto";
import type { Database } from "@jobsprint/runtime/database";
import { streamRows } from "@jobsprint/runtime/work";
import type { Execution, NewExecution } from "./execution.ts";

/** The execution as it stands after an insert, and whether the insert made it. */
export interface Inserted {
  readonly workflowId: string;
  readonly status: Execution["status"];
  /** Whether a worker has ever begun it. */
  readonly begun: boolean;
  readonly isNew: boolean;
}

/** Executions in PostgreSQL. Reads may come from a replica that lags a little; statuses only move forward. */
export interface ExecutionStore {
  /** Idempotent by id. Undefined where the user has no such active workflow. */
  insert(execution: NewExecution, signal: AbortSignal): Promise<Inserted | undefined>;
  /** Fails a pending execution that no queue has; false when a worker has begun it after all. */
  failUnqueued(id: string, signal: AbortSignal): Promise<boolean>;
  /** Makes one that no queue took pending again. */
  reopen(id: string, signal: AbortSignal): Promise<void>;
  /** The user's own among the ids, by id. */
  findMany(userId: string, ids: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, Execution>>;
  /** Of one workflow, oldest first, however many there are. */
  stream(workflowId: string, signal: AbortSignal): AsyncIterable<Execution>;
}

// Row, counter and line in the audit log in one statement: a crash leaves all of them or none.
const insertText = `with workflow as (
    select id, user_id from workflows where id = $2 and user_id = $3 and is_active
  ), started as (
    insert into executions (id, workflow_id, status, input) select $1, id, 'pending', $4 from workflow
    on conflict (id) do nothing returning id
  ), counted as (
    update workflows set total_executions = total_executions + 1, updated_at = now()
    where id = $2 and exists (select from started)
  ), audited as (
    insert into audit_logs (id, created_at, user_id, action, entity, entity_id, details)
    select $5, now(), user_id, 'execution.started', 'execution', $1, jsonb_build_object('workflowId', workflow.id)
    from workflow, started
  )
  select exists (select from started) as "isNew",
    coalesce(existing.workflow_id, $2) as "workflowId", coalesce(existing.status, 'pending') as status,
    existing.started_at is not null as begun
  from workflow left join executions existing on existing.id = $1`;

const failText = `update executions set status = 'failed', error = 'no queue took it', finished_at = now()
  where id = $1 and status = 'pending'`;

// Never begun and failed: only a queue that refused it leaves an execution so.
const reopenText = `update executions set status = 'pending', error = null, finished_at = null
  where id = $1 and status = 'failed' and started_at is null`;

const columns = `executions.id, workflow_id as "workflowId", status, error, executions.created_at as "createdAt",
  started_at as "startedAt", finished_at as "finishedAt"`;

const findText = `select ${columns} from executions join workflows on workflows.id = workflow_id
  where executions.id = any($2::uuid[]) and user_id = $1`;

const streamText = `select ${columns} from executions where workflow_id = $1 order by created_at, id`;

export function createExecutionStore(database: Database): ExecutionStore {
  const find = async (
    from: "read" | "write",
    userId: string,
    { ids, signal }: { ids: readonly string[]; signal: AbortSignal },
  ): Promise<readonly Execution[]> => (await database[from]<Execution>(findText, [userId, ids], { signal })).rows;
  return {
    async insert({ id, workflowId, userId, input }, signal) {
      const values = [id, workflowId, userId, JSON.stringify(input), randomUUID()];
      const { rows } = await database.write<Inserted>(insertText, values, { signal });
      return rows[0];
    },
    async failUnqueued(id, signal) {
      const { rowCount } = await database.write(failText, [id], { signal });
      return rowCount === 1;
    },
    async reopen(id, signal) {
      await database.write(reopenText, [id], { signal });
    },
    async findMany(userId, ids, signal) {
      const found = await find("read", userId, { ids, signal });
      const known = new Set(found.map(({ id }) => id));
      const missing = ids.filter((id) => !known.has(id));
      // A replica may not have the newest yet: before "no such execution" the primary is asked.
      const late = missing.length === 0 ? [] : await find("write", userId, { ids: missing, signal });
      return new Map([...found, ...late].map((execution) => [execution.id, execution]));
    },
    stream: (workflowId, signal) => streamRows<Execution>(database, streamText, [workflowId], { signal }),
  };
}
