import type { MigrationBuilder } from "node-pg-migrate";
import { createPartitionedIndexOnline } from "../onlineIndex.ts";

/** What one user did, latest first. */
export async function up(builder: MigrationBuilder): Promise<void> {
  // CONCURRENTLY is refused within a transaction.
  builder.noTransaction();
  await createPartitionedIndexOnline(builder.db, {
    name: "idx_audit_logs_user_timestamp",
    table: "audit_logs",
    definition: "(user_id, created_at DESC)",
  });
}

export const down = false;
