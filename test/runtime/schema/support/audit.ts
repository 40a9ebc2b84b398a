import assert from "node:assert/strict";
import type { Client } from "pg";
import { all } from "./server.ts";
import type { Written } from "./writers.ts";

/** Rows of each partition, by its name. */
export async function rowsByPartition(client: Client): Promise<Record<string, number>> {
  const query = "select tableoid::regclass::text as name, count(*)::int as rows from audit_logs group by 1 order by 1";
  const rows = await all<{ name: string; rows: number }>(client, query);
  return Object.fromEntries(rows.map(({ name, rows: count }) => [name, count]));
}

/** Fails unless each row is there once, in its month's partition. */
export async function assertAllInPlace(client: Client, written: readonly Written[]): Promise<void> {
  const rows = await all<{ id: string; table: string }>(
    client,
    "select id, tableoid::regclass::text as table from audit_logs",
  );
  const found = new Map<string, string[]>();
  for (const { id, table } of rows) found.set(id, [...(found.get(id) ?? []), table]);
  const misplaced = written.filter(({ id, createdAt }) => {
    const tables = found.get(id) ?? [];
    const month = createdAt.toISOString().slice(0, 7).replace("-", "_");
    return tables.length !== 1 || tables[0] !== `audit_logs_${month}`;
  });
  assert.deepEqual(misplaced.slice(0, 5), []);
  assert.equal(rows.length, written.length);
}

/** Names and bounds of the partitions, the default one aside. */
export async function bounds(client: Client): Promise<Record<string, string>> {
  const query = `
    select relname as name, pg_get_expr(relpartbound, oid) as bound from pg_class join pg_inherits on inhrelid = oid
    where inhparent = 'audit_logs'::regclass and relname <> 'audit_logs_default' order by 1`;
  await client.query("set timezone = 'UTC'");
  const rows = await all<{ name: string; bound: string }>(client, query);
  return Object.fromEntries(rows.map(({ name, bound }) => [name, bound]));
}
