import { escapeIdentifier, type ClientBase } from "pg";
import type { Month } from "../months.ts";
import { quoted } from "./catalog.ts";
import { UnfitTableError } from "./failures.ts";

interface Column {
  readonly name: string;
  /** As it is declared: `character varying(20)`, `uuid`. */
  readonly type: string;
}

/** Of the parent, for an INSERT: tables that were altered at different times have them in different orders. */
export async function columnNames(client: ClientBase): Promise<string> {
  return (await columnsOf(client, quoted.parent)).map(({ name }) => escapeIdentifier(name)).join(", ");
}

/**
 * Whether the month has a table already; throws UnfitTableError where its columns are not the parent's. What else may be
 * amiss (a constraint, a row of another month) the server's own error of attaching tells clearly.
 */
export async function hasFitTable(client: ClientBase, month: Month): Promise<boolean> {
  const found = await columnsOf(client, quoted.tableOf(month));
  if (found.length === 0) return false;
  const wanted = await columnsOf(client, quoted.parent);
  const problems = [
    ["lacks", missing(wanted, found)],
    ["has instead or too much", missing(found, wanted)],
  ].flatMap(([what = "", list = ""]) => (list === "" ? [] : [`${what} ${list}`]));
  if (problems.length === 0) return true;
  throw new UnfitTableError(`the table exists and ${problems.join(", ")}; alter it to be as the parent, or rename it`);
}

/** Those of the first that are not in the second, as text. */
const missing = (these: readonly Column[], others: readonly Column[]): string =>
  these
    .filter(({ name, type }) => !others.some((other) => other.name === name && other.type === type))
    .map(({ name, type }) => `${name} ${type}`)
    .join(", ");

async function columnsOf(client: ClientBase, table: string): Promise<Column[]> {
  const query = `
    select attname as name, format_type(atttypid, atttypmod) as type
    from pg_attribute where attrelid = to_regclass($1) and attnum > 0 and not attisdropped order by attnum`;
  return (await client.query<Column>(query, [table])).rows;
}
