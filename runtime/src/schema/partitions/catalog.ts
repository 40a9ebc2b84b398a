import { escapeIdentifier, type ClientBase } from "pg";
import { lockKeys } from "../lock.ts";
import { parseSuffix, suffixOf, type Month } from "../months.ts";
import { lockTimeoutMs, retryLocked } from "../retry.ts";
import type { Logger } from "../logger.ts";

export const parentTable = "audit_logs";
export const defaultTable = `${parentTable}_default`;

/** The table of a month, attached or not. */
export const tableOf = (month: Month): string => `${parentTable}_${suffixOf(month)}`;

/** For statements. */
export const quoted = {
  parent: escapeIdentifier(parentTable),
  default: escapeIdentifier(defaultTable),
  tableOf: (month: Month): string => escapeIdentifier(tableOf(month)),
};

/** Months that have a partition, earliest first. */
export async function attachedMonths(client: ClientBase): Promise<Month[]> {
  const query = `
    select relname as name from pg_inherits join pg_class on oid = inhrelid
    where inhparent = to_regclass($1) order by relname`;
  const { rows } = await client.query<{ name: string }>(query, [quoted.parent]);
  return rows.map(({ name }) => parseSuffix(name.slice(parentTable.length + 1))).filter((month) => month !== undefined);
}

/**
 * One transaction at a time among all runners, again while somebody holds a lock. All it needs is within it, so that it
 * works through a pooler by transaction, which may give each transaction another session.
 */
export function exclusively<Result>(
  client: ClientBase,
  work: () => Promise<Result>,
  options: { readonly logger: Logger },
): Promise<Result> {
  return retryLocked(async () => {
    await client.query("begin");
    try {
      const settings = [`lock_timeout = ${lockTimeoutMs}`, "statement_timeout = 0", "search_path = public"];
      await client.query(settings.map((setting) => `set local ${setting}`).join("; "));
      await client.query("select pg_advisory_xact_lock($1)", [lockKeys.partitions]);
      const result = await work();
      await client.query("commit");
      return result;
    } catch (error) {
      await client.query("rollback").catch(() => undefined);
      throw error;
    }
  }, options);
}
