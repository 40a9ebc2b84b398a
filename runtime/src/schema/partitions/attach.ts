import { escapeLiteral, type ClientBase } from "pg";
import { compareMonths, endOf, startOf, type Month } from "../months.ts";
import { attachedMonths, quoted } from "./catalog.ts";
import { columnNames, hasFitTable } from "./columns.ts";
import { markReturned } from "./returned.ts";

export interface Attached {
  readonly created: boolean;
  /** Rows that came out of the default partition. */
  readonly moved: number;
}

/**
 * Gives the month its partition, with the rows of it that the default partition took. Within a transaction, whose end
 * lets go of the locks. Does nothing where the month has one. Throws UnfitTableError where a table of its name cannot be it.
 */
export async function attachMonth(client: ClientBase, month: Month): Promise<Attached> {
  const attached = await attachedMonths(client);
  if (attached.some((one) => compareMonths(one, month) === 0)) return { created: false, moved: 0 };
  // Before the locks: nobody shall wait for what cannot be.
  const detachedBefore = await hasFitTable(client, month);
  await lockAgainstWriters(client);
  const table = quoted.tableOf(month);
  if (detachedBefore) await markReturned(client, month);
  else await client.query(`create table ${table} (like ${quoted.parent} including defaults including constraints)`);
  const moved = await moveRows(client, month);
  const bounds = `from (${escapeLiteral(startOf(month))}) to (${escapeLiteral(endOf(month))})`;
  await client.query(`alter table ${quoted.parent} attach partition ${table} for values ${bounds}`);
  return { created: true, moved };
}

/**
 * Attaching needs no lock against writers of the parent, but without one a writer may have chosen the default partition
 * already: it would wait for the lock on it, and then fail, since its row no longer belongs there. So writers wait at
 * the parent, where they have chosen nothing yet. Of the default partition the lock is taken before any row is moved:
 * if it is not to be had, nothing was done for nothing.
 */
async function lockAgainstWriters(client: ClientBase): Promise<void> {
  await client.query(`lock table only ${quoted.parent} in share row exclusive mode`);
  await client.query(`lock table only ${quoted.default} in access exclusive mode`);
}

async function moveRows(client: ClientBase, month: Month): Promise<number> {
  const columns = await columnNames(client);
  const { rowCount } = await client.query(
    `with gone as (delete from ${quoted.default} where created_at >= ${escapeLiteral(startOf(month))} and created_at < ${escapeLiteral(endOf(month))} returning *)
     insert into ${quoted.tableOf(month)} (${columns}) select ${columns} from gone`,
  );
  return rowCount ?? 0;
}
