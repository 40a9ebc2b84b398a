import { randomUUID } from "node:crypto";
import type { Database } from "@jobsprint/runtime/database";
import { streamRows } from "@jobsprint/runtime/work";
import type { Execution, NewExecution } from "./execution.ts";

/** How far an execution is on its way to a worker. */
export interface Standing {
  readonly workflowId: string;
  readonly status: Execution["status"];
  /** Whether a worker has ever begun it. */
  readonly begun: boolean;
  /** Of bringing it into a queue; null once one has it. It names the time between two failures: whoever asks meanwhile shares it. */
  readonly attempt: string | null;
}

/** Executions in PostgreSQL. Reads may come from a replica that lags a little; statuses only move forward. */
export interface ExecutionStore {
  /** Idempotent by id; a row that was there keeps its attempt. Undefined where the user has no such active workflow. */
  insert(execution: NewExecution, attempt: string, signal: AbortSignal): Promise<Standing | undefined>;
  standing(id: string, signal: AbortSignal): Promise<Standing | undefined>;
  /** Keeps that a queue has it; false when this attempt is over: failed by another request, or confirmed by it. */
  confirm(id: string, attempt: string, signal: AbortSignal): Promise<boolean>;
  /** Fails a pending execution that no queue has; false when the attempt is over, or a worker has begun it after all. */
  failUnqueued(id: string, attempt: string, signal: AbortSignal): Promise<boolean>;
  /** Makes one that no queue took pending again; false when another request was faster. */
  reopen(id: string, attempt: string, signal: AbortSignal): Promise<boolean>;
  /** The user's own among the ids, by id. */
  findMany(userId: string, ids: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, Execution>>;
  /** Of one workflow, oldest first, however many there are. */
  stream(workflowId: string, signal: AbortSignal): AsyncIterable<Execution>;
}

// Row, counter and line in the audit log in one statement: a crash leaves all of them or none.
const insertText = `with workflow as (
    select id, user_id from workflows where id = $2 and user_id = $3 and is_active
  ), started as (
    insert into executions (id, workflow_id, status, input, publish_attempt)
    select $1, id, 'pending', $4, $6 from workflow
    on conflict (id) do nothing returning id
  ), counted as (
    update workflows set total_executions = total_executions + 1, updated_at = now()
    where id = $2 and exists (select from started)
  ), audited as (
    insert into audit_logs (id, created_at, user_id, action, entity, entity_id, details)
    select $5, now(), user_id, 'execution.started', 'execution', $1, jsonb_build_object('workflowId', workflow.id)
    from workflow, started
  )
  select exists (select from started) as "isNew" from workflow`;

const standingText = `select workflow_id as "workflowId", status, started_at is not null as begun,
  publish_attempt as attempt from executions where id = $1`;

// Failed in this attempt, it stays so: a worker may have thrown the message away for that.
const confirmText = `update executions set publish_attempt = null
  where id = $1 and publish_attempt = $2 and (status <> 'failed' or started_at is not null)`;

const failText = `update executions set status = 'failed', error = 'no queue took it', finished_at = now()
  where id = $1 and publish_attempt = $2 and status = 'pending'`;

// Never begun and failed: only a queue that refused it leaves an execution so.
const reopenText = `update executions set status = 'pending', error = null, finished_at = null, publish_attempt = $2
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
  const change = (text: string): ExecutionStore["confirm"] => {
    return async (id, attempt, signal) => (await database.write(text, [id, attempt], { signal })).rowCount === 1;
  };
  const standing: ExecutionStore["standing"] = async (id, signal) =>
    (await database.write<Standing>(standingText, [id], { signal })).rows[0];
  return {
    async insert({ id, workflowId, userId, input }, attempt, signal) {
      const values = [id, workflowId, userId, JSON.stringify(input), randomUUID(), attempt];
      const { rows } = await database.write<{ isNew: boolean }>(insertText, values, { signal });
      if (rows[0]?.isNew === true) return { workflowId, status: "pending", begun: false, attempt };
      // A statement of its own: the insert does not see a row that another request has inserted meanwhile.
      return rows[0] && (await standing(id, signal));
    },
    standing,
    confirm: change(confirmText),
    failUnqueued: change(failText),
    reopen: change(reopenText),
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
