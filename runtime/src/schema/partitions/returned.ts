import { escapeLiteral, type ClientBase } from "pg";
import type { Month } from "../months.ts";
import { quoted } from "./catalog.ts";

/** A comment of the table's: it outlives runs, goes along with a dump, and tells people the same. */
const mark = "was detached and taken back: never dropped by itself";

/** Whoever archived the table counts on it. Within the transaction that attaches it again. */
export async function markReturned(client: ClientBase, month: Month): Promise<void> {
  await client.query(`comment on table ${quoted.tableOf(month)} is ${escapeLiteral(mark)}`);
}

/** Whether the month's table was detached before. */
export async function isReturned(client: ClientBase, month: Month): Promise<boolean> {
  const query = "select obj_description(to_regclass($1), 'pg_class') = $2 as returned";
  const { rows } = await client.query<{ returned: boolean | null }>(query, [quoted.tableOf(month), mark]);
  return rows[0]?.returned === true;
}
