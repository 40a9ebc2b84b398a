import { cacheSettings } from "@jobsprint/runtime/cache";
import { databaseSettings } from "@jobsprint/runtime/database";
import { Environment, type Variables } from "@jobsprint/runtime/environment";
import { queueSettings } from "@jobsprint/runtime/queue";

/** What the gateway is told by its environment. Times in seconds. */
export interface Settings {
  readonly host: string;
  readonly port: number;
  /** Of /metrics alone: not for the load balancer. */
  readonly metricsPort: number;
  readonly logLevel: LogLevel;
  /** For the whole of one request; streams have none. */
  readonly requestSeconds: number;
  readonly bodyLimitBytes: number;
  /** After SIGTERM, as long as the load balancer may still send requests. */
  readonly deregistrationSeconds: number;
  /** For requests under way, after that. */
  readonly graceSeconds: number;
  /** How old a cached answer may become when no write has removed it. */
  readonly cacheSeconds: number;
  readonly database: ReturnType<typeof databaseSettings>;
  readonly cache: ReturnType<typeof cacheSettings>;
  readonly queue: ReturnType<typeof queueSettings>;
}

const logLevels = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;
type LogLevel = (typeof logLevels)[number];

/** Reads all settings; throws one error that lists every bad variable with its bound and value. */
export function readSettings(variables: Variables): Settings {
  const environment = new Environment(variables);
  const settings: Settings = {
    host: environment.text("HOST", "0.0.0.0"),
    port: environment.whole("PORT", [0, 65_535], 8080),
    metricsPort: environment.whole("METRICS_PORT", [0, 65_535], 9464),
    logLevel: environment.oneOf("LOG_LEVEL", logLevels, "info"),
    requestSeconds: environment.whole("REQUEST_SECONDS", [1, 60], 10),
    bodyLimitBytes: environment.whole("BODY_LIMIT_BYTES", [1024, 10_485_760], 262_144),
    // In Kubernetes a preStop hook has already waited when SIGTERM comes.
    deregistrationSeconds: environment.whole("DEREGISTRATION_SECONDS", [0, 300], 0),
    graceSeconds: environment.whole("GRACE_SECONDS", [0, 3600], 25),
    cacheSeconds: environment.whole("CACHE_SECONDS", [1, 86_400], 3600),
    database: pooled(databaseSettings(environment), environment.whole("DATABASE_POOL_MAX", [1, 1000], 20)),
    cache: cacheSettings(environment),
    queue: queueSettings(environment),
  };
  environment.check();
  return settings;
}

/** As many connections to each server at most; a few are kept, so that a burst finds them. */
function pooled({ primary, replicas = [] }: ReturnType<typeof databaseSettings>, max: number) {
  const pool = { min: Math.min(5, max), max };
  return { primary: { ...primary, pool }, replicas: replicas.map((replica) => ({ ...replica, pool })) };
}
