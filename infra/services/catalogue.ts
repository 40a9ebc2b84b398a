/** The tiers that serve and work, each with what it needs and who it speaks to. Pure. */
import { assumptions } from "../capacity/demand.ts";
import { platformLimits } from "../capacity/limits.ts";
import { ports, workloads } from "../naming.ts";
import type { Sizing } from "../sizing.ts";
import * as env from "./environment.ts";
import { n8nServices } from "./n8n.ts";
import type { ServiceImages, ServiceSpec } from "./serviceSpec.ts";

/** Of the images without a shell: the user nonroot. */
const uid = 65_532;

/** Node with the libraries of a service. */
const least = { memoryGi: 0.125 };

/** Requests that are under way; none of the HTTP services takes longer. */
const drainSeconds = 25;

/** Finished within it, a job is acknowledged; later ones go back to the queue. */
const workerDrainSeconds = 60;

/** Of a worker's executions at a time, those that urgent ones alone may take. */
const urgentPerWorker = 2;

const http = {
  uid,
  ports: { http: ports.http, metrics: ports.metrics },
  serves: ports.http,
  probes: { port: ports.http, live: "/healthz/live", ready: "/healthz/ready", startSeconds: 60 },
  least,
  drainSeconds,
} as const satisfies Partial<ServiceSpec>;

const everyStore = [workloads.pgbouncer, workloads.redis, workloads.rabbitmq];
const everyCredential = Object.values(env.applicationSecrets);

/**
 * The drawing's 1 to 3 pods of the AI and the integration service, for the small size and growing with the gateways in
 * front of them; two at least, since one is an outage at every drain of its node.
 */
const drawn = {
  by: "hpa",
  minReplicas: () => 2,
  maxReplicas: ({ apiGateway }: Sizing) => 3 * Math.ceil(apiGateway.replicas / 2),
} as const;

/** They wait for the answers of others for most of the time: one core serves bursts, half of it is kept. */
const waiting = { resources: () => ({ cpu: 1, memoryGi: 1 }), requestShare: 0.5 };

export const catalogue = {
  [workloads.frontend]: {
    ...http,
    image: "frontend",
    public: true,
    environment: () => ({ ...env.listening, API_GATEWAY_URL: env.urlOf(workloads.apiGateway) }),
    credentials: [],
    calls: [workloads.apiGateway],
    resources: ({ frontend }) => frontend,
    scaling: {
      by: "hpa",
      minReplicas: ({ frontend }) => frontend.replicas,
      // Each of its pages is requests to the gateway: more of them than gateways help nobody.
      maxReplicas: () => platformLimits.apiGatewayMaxReplicas,
    },
  },
  [workloads.apiGateway]: {
    ...http,
    image: "apiGateway",
    public: true,
    environment: () => ({
      ...env.listening,
      ...env.database,
      ...env.cache,
      ...env.queue,
      AI_SERVICE_URL: env.urlOf(workloads.aiService),
      INTEGRATION_SERVICE_URL: env.urlOf(workloads.integrationService),
      WORKFLOW_SERVICE_URL: env.urlOf(workloads.workflowService, ports.n8n),
    }),
    credentials: everyCredential,
    calls: [...everyStore, workloads.aiService, workloads.integrationService, workloads.workflowService],
    // It takes what has changed out of CloudFront's caches.
    aws: true,
    resources: ({ apiGateway }) => apiGateway,
    // Every module of the library, the SQL parser included: 121 MB as it starts, and 3 ms of a core a request.
    least: { cpu: 0.15, memoryGi: 0.375 },
    scaling: {
      by: "hpa",
      minReplicas: ({ apiGateway }) => apiGateway.replicas,
      maxReplicas: () => platformLimits.apiGatewayMaxReplicas,
    },
  },
  [workloads.aiService]: {
    ...http,
    ...waiting,
    image: "aiService",
    environment: () => ({ ...env.listening, ...env.database, ...env.cache, ...env.queue }),
    credentials: everyCredential,
    calls: everyStore,
    internet: true,
    scaling: drawn,
  },
  [workloads.integrationService]: {
    ...http,
    ...waiting,
    image: "integrationService",
    environment: () => ({ ...env.listening, ...env.database, ...env.cache, ...env.queue }),
    credentials: everyCredential,
    calls: everyStore,
    internet: true,
    scaling: drawn,
  },
  ...n8nServices,
  [workloads.workflowWorker]: {
    image: "workflowWorker",
    uid,
    ports: { metrics: ports.metrics },
    probes: { port: ports.metrics, live: "/healthz", ready: "/readyz", startSeconds: 60 },
    environment: () => ({
      ...env.trust,
      PORT: String(ports.metrics),
      ...env.database,
      ...env.queue,
      PREFETCH: String(assumptions.executionsPerWorker - urgentPerWorker),
      PRIORITY_PREFETCH: String(urgentPerWorker),
      // Two short statements an execution: all 60 pods together stay far below what one PgBouncer takes.
      DATABASE_POOL_MAX: "2",
      GRACE_SECONDS: String(workerDrainSeconds),
    }),
    credentials: [env.applicationSecrets.postgres, env.applicationSecrets.rabbitmq],
    calls: [workloads.pgbouncer, workloads.rabbitmq],
    // Ten executions at a time that wait for others; all 60 pods fit in half of the small size's nodes (15 of 40 cores).
    resources: () => ({ cpu: 0.25, memoryGi: 0.25 }),
    // Idle it has 90 MB, which must be below the 40 percent under which the autoscaler lets it go.
    least: { cpu: 0.085, memoryGi: 0.25 },
    scaling: { by: "autoscaler", minReplicas: () => 2, maxReplicas: () => platformLimits.workerMaxReplicas },
    drainSeconds: workerDrainSeconds,
  },
} as const satisfies Readonly<Record<string, ServiceSpec>>;

export type ServiceName = keyof typeof catalogue;

/** The tiers with their names, as one type. */
export const services: readonly (readonly [ServiceName, ServiceSpec])[] = Object.entries(catalogue) as [
  ServiceName,
  ServiceSpec,
][];

/** The tiers that have an image: without AWS some may be left out. */
export const servicesOf = (images: ServiceImages): readonly (readonly [ServiceName, ServiceSpec])[] =>
  services.filter(([, { image }]) => images[image] !== undefined);

/** Tiers that connect to a workload: who it lets in. */
export const callersOf = (workload: string): ServiceName[] =>
  services.filter(([, { calls }]) => calls.includes(workload)).map(([name]) => name);
