import { setTimeout as delay } from "node:timers/promises";
import { Functions } from "./classify/functions.ts";
import { Statements } from "./classify/statements.ts";
import { RoutedDatabase } from "./routedDatabase.ts";
import type { Context } from "./context.ts";
import type { Database } from "./database.ts";
import { checkOptions, type DatabaseOptions } from "./options.ts";
import { Scopes } from "./scope.ts";
import { endOfRecords, parsePosition } from "./servers/lsn.ts";
import { Monitor } from "./servers/monitor.ts";
import { Server } from "./servers/server.ts";

const secondsNow = (): number => performance.now() / 1000;

/**
 * Throws one error that lists every bad option; connects to nothing before it returns. Reads go to the primary until the
 * first checks have shown what the replicas are, some ten milliseconds later.
 */
export function createDatabase(options: DatabaseOptions): Database {
  const limits = checkOptions(options);
  const { telemetry, logger } = options;
  const primary = new Server("primary", options.primary, limits);
  const replicas = (options.replicas ?? []).map((one, index) => new Server(`replica-${index + 1}`, one, limits));
  const functions = new Functions();
  const now = secondsNow;
  const monitor = new Monitor({ primary, replicas, functions, limits, logger, now });
  const statements = new Statements(functions);
  const context: Context = {
    ...{ primary, replicas, statements, scopes: new Scopes(), limits, telemetry, logger, now },
    suspect: (server) => {
      monitor.suspect(server);
    },
    askPosition: () => insertPosition(primary),
  };
  // Without replicas there is nothing to choose, and the parser takes time and memory; a transaction loads it where needed.
  if (replicas.length > 0)
    statements.load().catch((error: unknown) => logger?.error({ error }, "the SQL parser does not load"));
  monitor.start();
  return new RoutedDatabase(context, () => closeAll([primary, ...replicas], monitor));
}

const insertQuery = `select pg_current_wal_insert_lsn()::text as position, current_setting('wal_block_size') as page,
pg_size_bytes(current_setting('wal_segment_size'))::text as segment`;

/**
 * From the insert position: when a write has been answered, its commit record stands before it. The written and the flushed
 * position may be short of a commit that did not wait for the disk.
 */
async function insertPosition(primary: Server): Promise<bigint> {
  const { rows } = await primary.run({ text: insertQuery });
  const { position, page, segment } = rows[0] as { position: string; page: string; segment: string };
  return endOfRecords(parsePosition(position), { page: BigInt(page), segment: BigInt(segment) });
}

async function closeAll(servers: readonly Server[], monitor: Monitor): Promise<void> {
  const closed = Promise.all([monitor.stop(), ...servers.map((server) => server.close())]);
  for (const server of servers) server.breakRunning();
  const wait = new AbortController();
  // A connection whose other side is gone may take long to notice. The timer also keeps the process: idle connections
  // do not, and a program that awaits close() at its top would end before it has closed.
  const enough = delay(1000, undefined, { signal: wait.signal }).catch(() => undefined);
  await Promise.race([closed, enough]);
  wait.abort();
}
