/** The workflow service in queue mode: one main, webhook processors and workers over one database and one queue. */
import { assumptions } from "../capacity/demand.ts";
import { poolLimits } from "../capacity/pools.ts";
import { databaseNames } from "../data/postgres/databaseEndpoints.ts";
import { bullPrefix, ports, postgresUsers, secrets, workloads } from "../naming.ts";
import { credentialFolder, trust } from "./environment.ts";
import type { Connections, Environment, ServiceSpec } from "./serviceSpec.ts";

/** The key under which n8n keeps its users' credentials; without it all of them are lost. */
export const encryptionSecret = { name: "n8n-encryption", key: "key" } as const;

const databaseSecret = secrets.postgresOf(postgresUsers.n8n);

/** So long an execution may take to end after SIGTERM; what takes longer is started again by another worker. */
const workerDrainSeconds = 120;
const drainSeconds = 25;

/** Hours: two weeks in which a failed execution can be looked at. */
const keptHours = 336;

/** Stored executions at most: more make the editor's list slow. */
const keptExecutions = 50_000;

function environment(connections: Connections, drain: number): Environment {
  return {
    ...trust,
    // All that it writes; the root file system is read-only.
    HOME: "/tmp",
    N8N_USER_FOLDER: "/tmp",
    EXECUTIONS_MODE: "queue",
    N8N_ENCRYPTION_KEY_FILE: `${credentialFolder(encryptionSecret.name)}/${encryptionSecret.key}`,
    DB_TYPE: "postgresdb",
    // Not through PgBouncer: n8n keeps settings of a session, which pools of transactions would mix up.
    DB_POSTGRESDB_HOST: connections.databaseHost,
    DB_POSTGRESDB_PORT: String(ports.postgres),
    DB_POSTGRESDB_DATABASE: databaseNames.n8n,
    DB_POSTGRESDB_USER_FILE: `${credentialFolder(databaseSecret)}/username`,
    DB_POSTGRESDB_PASSWORD_FILE: `${credentialFolder(databaseSecret)}/password`,
    DB_POSTGRESDB_POOL_SIZE: String(poolLimits.perN8nProcess),
    DB_POSTGRESDB_SSL_ENABLED: "true",
    DB_POSTGRESDB_SSL_REJECT_UNAUTHORIZED: "true",
    DB_POSTGRESDB_SSL_CA_FILE: connections.databaseCaFile,
    QUEUE_BULL_REDIS_CLUSTER_NODES: connections.redisNodes.join(","),
    QUEUE_BULL_REDIS_PASSWORD_FILE: `${credentialFolder(secrets.redis)}/password`,
    QUEUE_BULL_REDIS_TLS: "true",
    // Connect by name: a certificate bears no address. n8n 2.0 does not know it yet, 2.4 does.
    QUEUE_BULL_REDIS_DNS_LOOKUP_STRATEGY: "NONE",
    QUEUE_BULL_PREFIX: bullPrefix,
    QUEUE_HEALTH_CHECK_ACTIVE: "true",
    N8N_METRICS: "true",
    N8N_GRACEFUL_SHUTDOWN_TIMEOUT: String(drain),
    // Files of one pod's disk would be missing on the next.
    N8N_DEFAULT_BINARY_DATA_MODE: "database",
    EXECUTIONS_DATA_PRUNE: "true",
    EXECUTIONS_DATA_MAX_AGE: String(keptHours),
    EXECUTIONS_DATA_PRUNE_MAX_COUNT: String(keptExecutions),
    // A workflow's author must not read the paths and names above.
    N8N_BLOCK_ENV_ACCESS_IN_NODE: "true",
    N8N_RUNNERS_ENABLED: "true",
    N8N_DIAGNOSTICS_ENABLED: "false",
    N8N_VERSION_NOTIFICATIONS_ENABLED: "false",
    WEBHOOK_URL: connections.publicUrl,
  };
}

const common = {
  image: "n8n",
  uid: 1000,
  // The same port serves the API, the probes and the metrics.
  ports: { metrics: ports.n8n },
  probes: { port: ports.n8n, live: "/healthz", ready: "/healthz/readiness", startSeconds: 300 },
  credentials: [databaseSecret, secrets.redis, encryptionSecret.name],
  // Workflows call what they were made for.
  internet: true,
  least: { memoryGi: 0.5 },
} as const satisfies Partial<ServiceSpec>;

/** PostgreSQL has the workload's name only without AWS; elsewhere its addresses let n8n out to it. */
const calls = [workloads.redis, workloads.postgres];

export const n8nServices = {
  [workloads.workflowService]: {
    ...common,
    args: ["start"],
    serves: ports.n8n,
    calls,
    environment: (connections) => ({
      ...environment(connections, drainSeconds),
      N8N_METRICS_INCLUDE_QUEUE_METRICS: "true",
      // The processors alone take webhooks in.
      N8N_DISABLE_PRODUCTION_MAIN_PROCESS: "true",
    }),
    // Editor, API and timers: it executes nothing, however many users there are.
    resources: () => ({ cpu: 1, memoryGi: 2 }),
    // A second main needs another licence; two would both fire every timer.
    scaling: { by: "nobody", replicas: 1 },
    drainSeconds,
  },
  [workloads.workflowWebhook]: {
    ...common,
    args: ["webhook"],
    serves: ports.n8n,
    public: true,
    calls,
    environment: (connections) => environment(connections, drainSeconds),
    // Writes an execution to the database and its number to the queue.
    resources: () => ({ cpu: 0.5, memoryGi: 1 }),
    // Ten processes of five connections fit beside the workers' in the smallest database.
    scaling: { by: "hpa", minReplicas: () => 2, maxReplicas: () => 10 },
    drainSeconds,
  },
  [workloads.n8nWorker]: {
    ...common,
    args: ["worker", `--concurrency=${assumptions.executionsPerWorker}`],
    calls: [...calls, workloads.aiService, workloads.integrationService],
    environment: (connections) => environment(connections, workerDrainSeconds),
    // The strategy's n8n pods: here is where workflows run.
    resources: ({ workflowService }) => workflowService,
    scaling: {
      by: "autoscaler",
      minReplicas: ({ workflowService }) => workflowService.replicas,
      // The smallest database has room for 45 n8n processes of five connections: main and webhooks take eleven.
      maxReplicas: () => 30,
    },
    drainSeconds: workerDrainSeconds,
  },
} as const satisfies Readonly<Record<string, ServiceSpec>>;
