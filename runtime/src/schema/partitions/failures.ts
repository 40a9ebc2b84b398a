import { DatabaseError } from "pg";
import type { Logger } from "../logger.ts";
import type { Month } from "../months.ts";
import { tableOf } from "./catalog.ts";

/** The month's table exists already, and is not what a partition must be. */
export class UnfitTableError extends Error {}

/** What a month's table itself may bring about, as classes of SQLSTATE; a broken connection or a lock hits every month. */
const ofOneTable = /^(0A|22|23|42)/;

const isOfOneTable = (error: unknown): error is Error =>
  error instanceof UnfitTableError || (error instanceof DatabaseError && ofOneTable.test(error.code ?? ""));

/**
 * Does the work for each month, and returns what failed: one unfit table must not keep the other months from theirs.
 * Throws at once what would fail for every month.
 */
export async function forEachMonth(
  months: readonly Month[],
  work: (month: Month) => Promise<void>,
  logger: Logger,
): Promise<string[]> {
  const failures: string[] = [];
  for (const month of months) {
    try {
      await work(month);
    } catch (error) {
      if (!isOfOneTable(error)) throw error;
      failures.push(`${tableOf(month)}: ${error.message}`);
      logger.warn({ table: tableOf(month), reason: error.message }, "partition failed, going on with the others");
    }
  }
  return failures;
}

/** Throws one error that names every failure, if there are any. */
export function throwFailures(failures: readonly string[]): void {
  if (failures.length > 0) throw new Error(`not all partitions are as they should be:\n  ${failures.join("\n  ")}`);
}
