import type { MigrationBuilder } from "node-pg-migrate";
import { createIndexOnline } from "../onlineIndex.ts";

/** Indexes of the ordinary tables; each is made while writers run. */
export async function up(builder: MigrationBuilder): Promise<void> {
  // CONCURRENTLY is refused within a transaction.
  builder.noTransaction();
  const indexes = [
    {
      name: "idx_executions_workflow_status",
      table: "executions",
      definition: "(workflow_id, status) WHERE status IN ('running', 'pending')",
    },
    // A deleted workflow takes its executions along: without this, each would be a search through all of them.
    { name: "idx_executions_workflow_created", table: "executions", definition: "(workflow_id, created_at DESC)" },
    { name: "idx_active_workflows", table: "workflows", definition: "(user_id) WHERE is_active" },
    {
      name: "idx_workflow_stats",
      table: "workflows",
      definition: "(user_id) INCLUDE (total_executions, successful_executions) WHERE is_active",
    },
  ];
  for (const index of indexes) await createIndexOnline(builder.db, index);
}

export const down = false;
