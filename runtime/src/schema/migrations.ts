import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { runner, type RunnerOption } from "node-pg-migrate";
import type { ClientBase } from "pg";
import { withSessionLock } from "./lock.ts";
import type { Logger } from "./logger.ts";
import { lockTimeoutMs, retryLocked } from "./retry.ts";

export const migrationsTable = "schema_migrations";
/** Beside this file, in the sources and in the bundle alike. */
const folder = join(import.meta.dirname, "migrations");

export interface MigrationsOptions {
  readonly logger: Logger;
  /** How many of those not yet applied at most; all when absent. */
  readonly count?: number;
}

/**
 * Applies what is missing, in order, each in a transaction of its own unless it says otherwise, and returns the names.
 * The connection's user owns what is made. It must not go through a pooler.
 */
export function applyMigrations(client: ClientBase, { logger, count }: MigrationsOptions): Promise<string[]> {
  return withSessionLock(client, () =>
    retryLocked(
      async () => {
        // What is applied blocks others at most as long as it waits for a lock itself.
        await client.query(`set search_path = public; set statement_timeout = 0; set lock_timeout = ${lockTimeoutMs}`);
        const applied = await runner({
          dbClient: client,
          dir: folder,
          migrationsTable,
          migrationLoaderStrategies: strategies,
          direction: "up",
          noLock: true,
          logger: quiet(logger),
          ...(count !== undefined && { count }),
        }).catch(async (error: unknown) => {
          // The runner leaves its transaction open.
          await client.query("rollback").catch(() => undefined);
          throw error;
        });
        return applied.map(({ name }) => name);
      },
      { logger },
    ),
  );
}

type Strategy = NonNullable<RunnerOption["migrationLoaderStrategies"]>[number];
type Loader = Exclude<Strategy["loader"], string>;
type Actions = Awaited<ReturnType<Loader>>[number]["actions"];

/** By Node itself: the runner's own loader translates TypeScript with a compiler that it brings along. */
const load: Loader = (paths) =>
  Promise.all(
    paths.map(async (path) => ({
      id: path,
      filePaths: [path],
      actions: (await import(pathToFileURL(path).href)) as Actions,
    })),
  );

const strategies: Strategy[] = [
  { extensions: [".sql"], loader: "legacySql" },
  { extensions: [".ts", ".js"], loader: load },
];

/** The runner's own lines: names are told by who called, and an error is thrown as well. */
const quiet = (logger: Logger) => {
  const tell = (message: string): void => {
    logger.debug({}, message);
  };
  return { debug: tell, info: tell, warn: tell, error: tell };
};
