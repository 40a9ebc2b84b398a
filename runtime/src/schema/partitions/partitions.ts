import type { ClientBase } from "pg";
import type { Logger } from "../logger.ts";
import { addMonths, monthOf, monthsFrom, suffixOf, type Month } from "../months.ts";
import { attachMonth } from "./attach.ts";
import { exclusively } from "./catalog.ts";
import { detachMonth, earliestKept, expiredMonths, type Retention } from "./retention.ts";
import { strayMonths, strayRows } from "./strays.ts";

/** The current month and so many after it have a partition. */
export const monthsAhead = 3;

/** Rows of older or later months stay in the default partition: a wrong clock must not make a table for every year. */
const oldestStray = 120;

export interface PartitionsOptions {
  /** Decides which month is the current one. */
  readonly now: () => Date;
  readonly logger: Logger;
  /** Everything is kept when absent. */
  readonly retention?: Retention | undefined;
}

/** All months earliest first, as `2026_11`. */
export interface PartitionsResult {
  readonly created: readonly string[];
  readonly detached: readonly string[];
  /** Rows that were moved out of the default partition. */
  readonly moved: number;
  /** Rows that are still in it. */
  readonly left: number;
}

/**
 * Makes the partitions that are missing, moves rows out of the default partition, and detaches what is no longer kept.
 * As the table's owner, on any connection, also through a pooler by transaction. May run at any time, also twice at once.
 */
export async function maintainPartitions(client: ClientBase, options: PartitionsOptions): Promise<PartitionsResult> {
  const { now, logger, retention } = options;
  const current = monthOf(now());
  const attached = await attachAll(client, current, options);
  const detached = retention === undefined ? [] : await detachAll(client, current, { logger, retention });
  const left = await strayRows(client);
  if (left > 0) logger.warn({ rows: left }, "rows are left in the default partition: too old, or too far ahead");
  return { ...attached, detached, left };
}

async function attachAll(
  client: ClientBase,
  current: Month,
  { logger, retention }: PartitionsOptions,
): Promise<Pick<PartitionsResult, "created" | "moved">> {
  // What comes too late for its month to be kept would be detached at once.
  const oldest = retention === undefined ? addMonths(current, -oldestStray) : earliestKept(current, retention);
  const wanted = monthsFrom(current, 1 + monthsAhead);
  const strays = await strayMonths(client, oldest, current);
  const created: string[] = [];
  let moved = 0;
  for (const month of [...strays, ...wanted]) {
    const done = await exclusively(client, () => attachMonth(client, month), { logger });
    if (!done.created) continue;
    created.push(suffixOf(month));
    moved += done.moved;
    logger.info({ month: suffixOf(month), moved: done.moved }, "partition made");
  }
  return { created, moved };
}

async function detachAll(
  client: ClientBase,
  current: Month,
  { logger, retention }: { readonly logger: Logger; readonly retention: Retention },
): Promise<string[]> {
  const detached: string[] = [];
  for (const month of await expiredMonths(client, earliestKept(current, retention))) {
    const done = await exclusively(client, () => detachMonth(client, month, retention.expired), { logger });
    if (!done) continue;
    detached.push(suffixOf(month));
    logger.info({ month: suffixOf(month) }, retention.expired === "drop" ? "partition dropped" : "partition detached");
  }
  return detached;
}
