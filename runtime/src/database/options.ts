import type { DatabaseTelemetry } from "./telemetry.ts";

/** Fits pino. */
export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface ServerOptions {
  readonly host: string;
  /** 5432 for PostgreSQL itself, 6432 for PgBouncer. */
  readonly port: number;
  readonly database: string;
  readonly user: string;
  /** A function is asked at each new connection, for passwords that change. */
  readonly password: string | (() => string | Promise<string>);
  /** True checks the certificate by Node's own authorities. Absent: no TLS. */
  readonly ssl?: boolean | { readonly ca: string };
  /** Connections of this process; primary 5 to 20, replica 10 to 30 when absent. */
  readonly pool?: { readonly min?: number; readonly max?: number };
  /** A pooler stands between, so which server answers is unknown; after a write its scope reads from the primary. */
  readonly pooled?: boolean;
}

export interface DatabaseOptions {
  readonly primary: ServerOptions;
  readonly replicas?: readonly ServerOptions[];
  /** A replica further behind takes no reads; 10 when absent. */
  readonly maxLagSeconds?: number;
  /** Between two checks of a server; 1 when absent. */
  readonly healthIntervalSeconds?: number;
  /** Wait for a connection, a free one of the pool included; 2 when absent. */
  readonly connectTimeoutSeconds?: number;
  /** A connection above the minimum is closed after it; 30 when absent. */
  readonly idleTimeoutSeconds?: number;
  /** A connection is replaced after it, so that new addresses are found; 3600 when absent. */
  readonly lifetimeSeconds?: number;
  /** No further attempt begins after it; 30 when absent, which outlasts a failover. */
  readonly retrySeconds?: number;
  /** A server that has not answered for so long has its running statements broken off; 10 when absent. */
  readonly silentSeconds?: number;
  /** How long close() waits for running statements; 10 when absent. */
  readonly closeSeconds?: number;
  readonly telemetry?: DatabaseTelemetry;
  readonly logger?: Logger;
}

/** All absent values filled in. */
export interface Limits {
  readonly maxLagSeconds: number;
  readonly healthIntervalSeconds: number;
  readonly connectTimeoutSeconds: number;
  readonly idleTimeoutSeconds: number;
  readonly lifetimeSeconds: number;
  readonly retrySeconds: number;
  readonly silentSeconds: number;
  readonly closeSeconds: number;
}

const defaults: Limits = {
  maxLagSeconds: 10,
  healthIntervalSeconds: 1,
  connectTimeoutSeconds: 2,
  idleTimeoutSeconds: 30,
  lifetimeSeconds: 3600,
  retrySeconds: 30,
  silentSeconds: 10,
  closeSeconds: 10,
};

/** Connections of one process to one server. */
export const poolSizes = { primary: { min: 5, max: 20 }, replica: { min: 10, max: 30 } } as const;

// A timer of Node holds no more milliseconds than 2^31.
const longest = 2_000_000;

/** Throws one error that names every bad option with its bound. */
export function checkOptions(options: DatabaseOptions): Limits {
  const problems: string[] = [];
  const limits = { ...defaults };
  for (const key of Object.keys(defaults) as (keyof Limits)[]) {
    limits[key] = options[key] ?? defaults[key];
    problems.push(...secondsProblems(key, limits[key]));
  }
  problems.push(...serverProblems("primary", options.primary));
  for (const [index, replica] of (options.replicas ?? []).entries())
    problems.push(...serverProblems(`replicas[${index}]`, replica));
  if (problems.length > 0) throw new Error(`bad database options:\n  ${problems.join("\n  ")}`);
  return limits;
}

function secondsProblems(key: keyof Limits, value: number): string[] {
  // No attempt beyond the first, no wait at the end: both may be wanted.
  const zero = key === "retrySeconds" || key === "closeSeconds";
  if (value <= longest && (zero ? value >= 0 : value > 0)) return [];
  return [`${key} must be a number ${zero ? "from" : "above"} 0 up to ${longest}, not ${String(value)}`];
}

function serverProblems(path: string, server: ServerOptions): string[] {
  const missing = (["host", "database", "user"] as const).filter((key) => !isText(server[key]));
  const problems = missing.map((key) => `${path}.${key} is required`);
  if (!isText(server.password) && typeof server.password !== "function") problems.push(`${path}.password is required`);
  const { min, max } = { ...poolSizes[path === "primary" ? "primary" : "replica"], ...server.pool };
  problems.push(...wholeProblems(`${path}.port`, server.port, [1, 65_535]));
  problems.push(...wholeProblems(`${path}.pool.max`, max, [1, 10_000]));
  problems.push(...wholeProblems(`${path}.pool.min`, min, [0, max]));
  return problems;
}

function wholeProblems(path: string, value: number, [lowest, highest]: readonly [number, number]): string[] {
  if (Number.isInteger(value) && value >= lowest && value <= highest) return [];
  return [`${path} must be a whole number from ${lowest} to ${highest}, not ${String(value)}`];
}

const isText = (value: unknown): boolean => typeof value === "string" && value !== "";
