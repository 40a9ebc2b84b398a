/** The names that two layers share; a name that only one uses stands in that one. */

/** Services, data and the autoscaler live in one namespace: the strategy's HPA names it. */
export const namespace = "jobsprint";
export const monitoringNamespace = "monitoring";

export const dnsDomain = "svc.cluster.local";

/** The name of a Service as seen from any namespace. */
export const hostOf = (service: string): string => `${service}.${namespace}.${dnsDomain}`;

/** Physical name of what exists once in an environment, for example the cluster. */
export const physicalName = (environment: string): string => `jobsprint-${environment}`;

/** Workloads by what they are; the name is also that of the Service, the ServiceAccount and the label. */
export const workloads = {
  frontend: "frontend",
  apiGateway: "api-gateway",
  aiService: "ai-service",
  integrationService: "integration-service",
  workflowService: "workflow-service",
  workflowWebhook: "workflow-webhook",
  n8nWorker: "n8n-worker",
  workflowWorker: "workflow-worker",
  autoscaler: "autoscaler",
  pgbouncer: "pgbouncer",
  redis: "redis",
  rabbitmq: "rabbitmq",
  postgres: "postgres",
  schema: "schema",
  prometheus: "prometheus",
} as const;

/** Ports by what listens there. */
export const ports = {
  http: 8080,
  n8n: 5678,
  metrics: 9464,
  pgbouncer: 6432,
  postgres: 5432,
  redis: 6379,
  redisBus: 16_379,
  amqps: 5671,
  rabbitmqManagement: 15_671,
  rabbitmqMetrics: 15_692,
  prometheus: 9090,
} as const;

/** The authority that signs the servers' certificates, and where pods find it. */
export const authority = {
  configMap: "jobsprint-ca",
  key: "ca.crt",
  folder: "/etc/jobsprint/ca",
  file: "/etc/jobsprint/ca/ca.crt",
} as const;

/** A server's own certificate: keys tls.crt and tls.key. */
export const certificate = {
  secretOf: (workload: string): string => `${workload}-tls`,
  folder: "/etc/jobsprint/tls",
} as const;

/** Credentials, each a Secret of its own so that a pod mounts no other: keys username and password, and url where one is named. */
export const secrets = {
  // Names of users may have what names of objects may not.
  postgresOf: (user: string): string => `postgres-${user.replaceAll("_", "-")}`,
  rabbitmqOf: (user: string): string => `rabbitmq-${user}`,
  redis: "redis-auth",
} as const;

export const postgresUsers = { application: "jobsprint", n8n: "n8n", exporter: "postgres_exporter" } as const;
export const rabbitmqUsers = { admin: "admin", services: "services", autoscaler: "autoscaler" } as const;

/** PgBouncer's two databases: the primary, and whichever replica is next. */
export const databases = { readWrite: "rw", readOnly: "ro" } as const;

/** A hash tag, because in a Redis cluster all keys of a Bull queue must live in one slot. */
export const bullPrefix = "{bull}";

/** A target that leaves the load balancer still gets requests for so long; every shutdown takes longer. */
export const deregistrationSeconds = 30;
