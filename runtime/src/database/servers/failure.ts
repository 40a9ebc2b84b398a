import { DatabaseError } from "pg";

// The server shuts the connection after these, so no answer will follow.
const ending = new Set(["FATAL", "PANIC"]);

/** The server said what is wrong and goes on: the statement has failed as a whole. */
export const isAnswer = (error: unknown): error is DatabaseError =>
  error instanceof DatabaseError && !ending.has(error.severity ?? "");

/** The server's last word on this connection. */
export const isEnd = (error: unknown): error is DatabaseError =>
  error instanceof DatabaseError && ending.has(error.severity ?? "");

export const codeOf = (error: unknown): string | undefined => (isAnswer(error) ? error.code : undefined);

const fullPooler = "query_wait_timeout";

/**
 * PgBouncer's own words, which it says in no other language: the statement still waited for a connection to the server.
 * Its code, 08P01, is that of a connection that broke in the middle too.
 */
export const neverLeftPooler = (error: unknown): boolean =>
  isEnd(error) &&
  error.code === "08P01" &&
  (error.message === fullPooler || error.message.startsWith("server login has been failing"));

/** All of the pooler's connections to the server were in use for as long as it lets wait; the server may be well. */
export const isFullPooler = (error: unknown): boolean =>
  neverLeftPooler(error) && (error as Error).message === fullPooler;

/** read_only_sql_transaction: what a server in recovery says to a write, a lock, a sequence, a NOTIFY. */
export const readOnlyCode = "25006";

// What a replica cannot answer though the primary might. A server in recovery has changed nothing when it says so.
const beyondReplicas = new Set([
  readOnlyCode,
  // object_not_in_prerequisite_state: "recovery is in progress".
  "55000",
  // feature_not_supported: "cannot use serializable mode in a hot standby".
  "0A000",
  // internal_error: "cannot assign TransactionIds during recovery".
  "XX000",
  // No such table, function, column, schema, type: made a moment ago, or temporary.
  ...["42P01", "42883", "42703", "3F000", "42704"],
]);

export const replicaCannotAnswer = (error: unknown): boolean => beyondReplicas.has(codeOf(error) ?? "");

/**
 * "canceling statement due to conflict with recovery": the replica had to remove rows that the statement still saw.
 * 57014 alone is a time limit or a cancel by hand, which another server would not make better.
 */
export const isRecoveryConflict = (error: unknown): boolean => ["40001", "40P01"].includes(codeOf(error) ?? "");

/** serialization_failure and deadlock_detected: PostgreSQL asks for the whole transaction again. */
export const isSerializationFailure = isRecoveryConflict;

/** False for a wait in a full pool, the pooler's own included. */
export const showsIllness = ({ busy, cause }: { busy: boolean; cause?: unknown }): boolean =>
  !busy && !isFullPooler(cause);

/** False where the next attempt would meet the same: credentials, names, certificates, a pool in full use. */
export function worthAnotherConnection({ busy, cause }: { busy: boolean; cause?: unknown }): boolean {
  if (busy) return false;
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  // invalid_authorization and invalid_catalog_name of PostgreSQL; Node's names for TLS and for bad arguments.
  return !(code.startsWith("28") || code.startsWith("3D") || code.startsWith("ERR_") || code.includes("CERT"));
}
