import type { ClientBase } from "pg";
import { startOf, type Month } from "../months.ts";
import { quoted } from "./catalog.ts";

/** Months of the rows in the default partition, from the first to the last given, earliest first. */
export async function strayMonths(client: ClientBase, first: Month, last: Month): Promise<Month[]> {
  const query = `
    select distinct extract(year from created_at at time zone 'UTC')::int as year,
      extract(month from created_at at time zone 'UTC')::int as month
    from ${quoted.default} where created_at >= $1 and created_at < $2 order by 1, 2`;
  const { rows } = await client.query<Month>(query, [startOf(first), startOf(last)]);
  return rows;
}

/** Rows that are left in the default partition. */
export async function strayRows(client: ClientBase): Promise<number> {
  const { rows } = await client.query<{ count: number }>(`select count(*)::int as count from ${quoted.default}`);
  return rows[0]?.count ?? 0;
}
