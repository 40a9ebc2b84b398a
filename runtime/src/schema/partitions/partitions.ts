import type { ClientBase } from "pg";
import type { Logger } from "../logger.ts";
import { addMonths, monthOf, monthsFrom, suffixOf, type Month } from "../months.ts";
import { attachMonth } from "./attach.ts";
import { exclusively } from "./catalog.ts";
import { forEachMonth, throwFailures } from "./failures.ts";
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

/** Months earliest first, as `2026_11`. */
interface Made {
  readonly created: readonly string[];
  /** Rows that were moved out of the default partition. */
  readonly moved: number;
}

interface Failed {
  readonly failures: readonly string[];
}

/** All months earliest first, as `2026_11`. */
export interface PartitionsResult extends Made {
  /** Those whose tables were dropped as well. */
  readonly detached: readonly string[];
  /** Rows that are still in it. */
  readonly left: number;
}

/**
 * Gives the current month and those ahead their partitions, with the rows of theirs that the default partition took. No
 * others: whoever does not know what is kept must not take months back.
 */
export async function makePartitions(client: ClientBase, { now, logger }: PartitionsOptions): Promise<Made> {
  const { failures, ...made } = await attachAll(client, wantedMonths(monthOf(now())), logger);
  throwFailures(failures);
  return made;
}

/**
 * Makes the partitions that are missing, moves rows out of the default partition, and detaches what is no longer kept.
 * As the table's owner, on any connection, also through a pooler by transaction. May run at any time, also twice at once.
 * What fails for one month's table is thrown at the end, with all of them named, after everything else is done.
 */
export async function maintainPartitions(client: ClientBase, options: PartitionsOptions): Promise<PartitionsResult> {
  const { now, logger, retention } = options;
  const current = monthOf(now());
  // What comes too late for its month to be kept would be detached at once.
  const oldest = retention === undefined ? addMonths(current, -oldestStray) : earliestKept(current, retention);
  // Those first without which rows would go astray.
  const made = await attachAll(client, wantedMonths(current), logger);
  const late = await attachAll(client, await strayMonths(client, oldest, current), logger);
  const expired = await detachAll(client, current, { logger, retention });
  const left = await strayRows(client);
  if (left > 0) logger.warn({ rows: left }, "rows are left in the default partition");
  throwFailures([...made.failures, ...late.failures, ...expired.failures]);
  const created = [...late.created, ...made.created];
  return { created, moved: late.moved + made.moved, detached: expired.detached, left };
}

const wantedMonths = (current: Month): Month[] => monthsFrom(current, 1 + monthsAhead);

async function attachAll(client: ClientBase, months: readonly Month[], logger: Logger): Promise<Made & Failed> {
  const created: string[] = [];
  let moved = 0;
  const attach = async (month: Month): Promise<void> => {
    const done = await exclusively(client, () => attachMonth(client, month), { logger });
    if (!done.created) return;
    created.push(suffixOf(month));
    moved += done.moved;
    logger.info({ month: suffixOf(month), moved: done.moved }, "partition made");
  };
  const failures = await forEachMonth(months, attach, logger);
  return { created, moved, failures };
}

async function detachAll(
  client: ClientBase,
  current: Month,
  { logger, retention }: Pick<PartitionsOptions, "logger" | "retention">,
): Promise<Pick<PartitionsResult, "detached"> & Failed> {
  const detached: string[] = [];
  if (retention === undefined) return { detached, failures: [] };
  const detach = async (month: Month): Promise<void> => {
    const done = await exclusively(client, () => detachMonth(client, month, retention.expired), { logger });
    if (done === undefined) return;
    detached.push(suffixOf(month));
    logger.info({ month: suffixOf(month) }, `partition ${done}`);
  };
  const months = await expiredMonths(client, earliestKept(current, retention));
  const failures = await forEachMonth(months, detach, logger);
  return { detached, failures };
}
