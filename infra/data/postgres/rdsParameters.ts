import type { types } from "@pulumi/aws";

type Parameter = types.input.rds.ParameterGroupParameter;

const now = (name: string, value: string): Parameter => ({ name, value, applyMethod: "immediate" });

/** Of every instance. max_connections is left to RDS, whose formula the pools are checked against. */
const common: readonly Parameter[] = [
  // RDS keeps the method of a value that is its default already: another one would show as a change for ever.
  { name: "rds.force_ssl", value: "1", applyMethod: "pending-reboot" },
  // An SSD finds a random page as fast as the next one.
  now("random_page_cost", "1.1"),
  // Milliseconds: what is slower is logged, with what it waited for.
  now("log_min_duration_statement", "1000"),
  now("log_lock_waits", "1"),
  // Milliseconds: an abandoned transaction keeps a server connection of the pool, its locks and the vacuum waiting.
  now("idle_in_transaction_session_timeout", "60000"),
  { name: "shared_preload_libraries", value: "pg_stat_statements", applyMethod: "pending-reboot" },
];

export const primaryParameters: Parameter[] = [...common];

/** A vacuum on the primary would otherwise cancel long reads here. */
export const replicaParameters: Parameter[] = [...common, now("hot_standby_feedback", "1")];
