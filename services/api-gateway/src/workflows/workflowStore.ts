import { randomUUID } from "node:crypto";
import type { Database } from "@jobsprint/runtime/database";
import { encodeCursor, type Cursor, type Workflow, type WorkflowPage } from "./workflow.ts";

/** What a user gives to make a workflow. */
export type NewWorkflow = Pick<Workflow, "name" | "definition" | "isActive">;

/** Workflows in PostgreSQL. Counters are left out: they change with every execution and would make a cache useless. */
export interface WorkflowStore {
  page(userId: string, page: { limit: number; after?: Cursor | undefined }, signal: AbortSignal): Promise<WorkflowPage>;
  /** Undefined where the user has no such workflow. */
  find(userId: string, id: string, signal: AbortSignal): Promise<Workflow | undefined>;
  create(userId: string, workflow: NewWorkflow, signal: AbortSignal): Promise<Workflow>;
}

// In UTC with all six digits: the same text leads back to the row.
const columns = `id, name, definition, is_active as "isActive",
  to_char(created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as "createdAt"`;

// One statement, so that no workflow exists without its line in the audit log.
const insert = `with created as (
    insert into workflows (id, user_id, name, definition, is_active) values ($1, $2, $3, $4, $5) returning *
  ), audited as (
    insert into audit_logs (id, created_at, user_id, action, entity, entity_id, details)
    select $6, now(), user_id, 'workflow.created', 'workflow', id, jsonb_build_object('name', name) from created
  )
  select ${columns} from created`;

export function createWorkflowStore(database: Database): WorkflowStore {
  return {
    async page(userId, { limit, after }, signal) {
      // One more than asked for tells whether there is another page.
      const values = [userId, limit + 1, ...(after === undefined ? [] : [after.createdAt, after.id])];
      const text = `select ${columns} from workflows
        where user_id = $1 ${after === undefined ? "" : "and (created_at, id) < ($3, $4)"}
        order by created_at desc, id desc limit $2`;
      // From the primary: what is cached for long must not come from a replica that lags behind the last invalidation.
      const { rows } = await database.write<Workflow>(text, values, { signal });
      const workflows = rows.slice(0, limit);
      const last = workflows.at(-1);
      return { workflows, next: rows.length > limit && last !== undefined ? encodeCursor(last) : null };
    },
    async find(userId, id, signal) {
      const text = `select ${columns} from workflows where id = $1 and user_id = $2`;
      const { rows } = await database.write<Workflow>(text, [id, userId], { signal });
      return rows[0];
    },
    async create(userId, { name, definition, isActive }, signal) {
      const values = [randomUUID(), userId, name, JSON.stringify(definition), isActive, randomUUID()];
      const { rows } = await database.write<Workflow>(insert, values, { signal });
      const [created] = rows;
      if (created === undefined) throw new Error("an inserted workflow was not returned");
      return created;
    },
  };
}
