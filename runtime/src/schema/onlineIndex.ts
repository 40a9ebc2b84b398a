import { escapeIdentifier } from "pg";
import { lockTimeoutMs } from "./retry.ts";

/** A connection of its own, not through a pooler: settings of the session are changed. A migration's `db` fits. */
export interface Session {
  query(text: string, values?: unknown[]): Promise<{ rows: Record<string, unknown>[] }>;
}

export interface IndexSpec {
  readonly name: string;
  readonly table: string;
  /** All after the table's name: `(user_id) WHERE is_active`. Text of the migration, never of a user. */
  readonly definition: string;
}

/** Makes the index while writers run. May be interrupted at any point and called again. */
export async function createIndexOnline(session: Session, { name, table, definition }: IndexSpec): Promise<void> {
  const state = await stateOf(session, name);
  if (state === "valid") return;
  // What an interrupted attempt leaves costs every write and helps no query; it cannot be completed.
  if (state === "invalid") await patiently(session, `drop index concurrently ${escapeIdentifier(name)}`);
  const target = `${escapeIdentifier(name)} on ${escapeIdentifier(table)}`;
  await patiently(session, `create index concurrently ${target} ${definition}`);
}

/**
 * The same for a partitioned table, where CONCURRENTLY is refused: an index of the parent alone, then one on each
 * partition while writers run, each attached. With the last one the parent's becomes valid by itself. Partitions that
 * appear meanwhile get theirs from the parent.
 */
export async function createPartitionedIndexOnline(session: Session, index: IndexSpec): Promise<void> {
  const parent = escapeIdentifier(index.name);
  if ((await stateOf(session, index.name)) === undefined) {
    await session.query(`create index ${parent} on only ${escapeIdentifier(index.table)} ${index.definition}`);
  }
  for (const table of await partitionsWithout(session, index)) {
    const name = `${table}_${index.name}`;
    await createIndexOnline(session, { name, table, definition: index.definition });
    await session.query(`alter index ${parent} attach partition ${escapeIdentifier(name)}`);
  }
  if ((await stateOf(session, index.name)) !== "valid") throw new Error(`index ${index.name} is still not valid`);
}

/** Without a time limit for locks: waiting for old transactions is what CONCURRENTLY does, and it blocks no writer. */
async function patiently(session: Session, statement: string): Promise<void> {
  await session.query("set lock_timeout = 0");
  try {
    await session.query(statement);
  } finally {
    await session.query(`set lock_timeout = ${lockTimeoutMs}`);
  }
}

async function stateOf(session: Session, name: string): Promise<"valid" | "invalid" | undefined> {
  const query = "select indisvalid as valid from pg_index where indexrelid = to_regclass($1)";
  const { rows } = await session.query(query, [escapeIdentifier(name)]);
  if (rows[0] === undefined) return undefined;
  return rows[0].valid === true ? "valid" : "invalid";
}

/** Partitions on which nothing is attached to the parent's index yet. */
async function partitionsWithout(session: Session, { name, table }: IndexSpec): Promise<string[]> {
  const query = `
    select partition.relname as name
    from pg_inherits member join pg_class partition on partition.oid = member.inhrelid
    where member.inhparent = to_regclass($1) and not exists (
      select from pg_inherits part join pg_index on pg_index.indexrelid = part.inhrelid
      where part.inhparent = to_regclass($2) and pg_index.indrelid = partition.oid)
    order by partition.relname`;
  const { rows } = await session.query(query, [escapeIdentifier(table), escapeIdentifier(name)]);
  return rows.map((row) => String(row.name));
}
