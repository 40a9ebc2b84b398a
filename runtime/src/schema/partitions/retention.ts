import type { ClientBase } from "pg";
import { addMonths, compareMonths, type Month } from "../months.ts";
import { attachedMonths, quoted } from "./catalog.ts";
import { isReturned } from "./returned.ts";

export interface Retention {
  /** So many whole months before the current one are kept. */
  readonly months: number;
  /** What becomes of the table of an older month: detached it stays, under its name, for whoever archives it. What came back is never dropped. */
  readonly expired: "detach" | "drop";
}

/** The earliest month that is kept. */
export const earliestKept = (current: Month, { months }: Retention): Month => addMonths(current, -months);

/** Months with a partition that are no longer kept, earliest first. */
export async function expiredMonths(client: ClientBase, earliest: Month): Promise<Month[]> {
  return (await attachedMonths(client)).filter((month) => compareMonths(month, earliest) < 0);
}

/**
 * Takes the month out of the table, and tells what became of it. Within a transaction. DETACH … CONCURRENTLY is refused
 * where there is a default partition, so it is the plain one: it locks the whole table for an instant. Undefined when
 * another runner was first.
 */
export async function detachMonth(
  client: ClientBase,
  month: Month,
  expired: Retention["expired"],
): Promise<"detached" | "dropped" | undefined> {
  const attached = await attachedMonths(client);
  if (!attached.some((one) => compareMonths(one, month) === 0)) return undefined;
  await client.query(`alter table ${quoted.parent} detach partition ${quoted.tableOf(month)}`);
  if (expired === "detach" || (await isReturned(client, month))) return "detached";
  await client.query(`drop table ${quoted.tableOf(month)}`);
  return "dropped";
}
