export { createDatabase } from "./createDatabase.ts";
export type { Acquired, Database, Query, QueryOptions } from "./database.ts";
export {
  ConnectionLostError,
  DatabaseClosedError,
  NoConnectionError,
  OutcomeUnknownError,
  ReadOnlyPrimaryError,
  TransactionError,
} from "./errors.ts";
export type { DatabaseOptions, Logger, ServerOptions } from "./options.ts";
export type { Position } from "./servers/lsn.ts";
export { databaseSettings } from "./settings.ts";
export type { DatabaseServerStatus, DatabaseTelemetry } from "./telemetry.ts";
export type { Transaction, TransactionOptions } from "./transaction.ts";
