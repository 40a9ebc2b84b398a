/** The autoscaler's configuration. Pure. */
import { stringify } from "yaml";
import { defaults } from "../../autoscaler/src/config/defaults.ts";
import { parseConfig } from "../../autoscaler/src/config/parse.ts";
import type { AutoscalerConfig } from "../../autoscaler/src/config/schema.ts";
import { assumptions } from "../capacity/demand.ts";
import { selectorOf } from "../kubernetes/labels.ts";
import { bullPrefix, certificate, hostOf, namespace, ports, rabbitmqUsers, secrets, workloads } from "../naming.ts";
import { servicesOf } from "../services/catalogue.ts";
import { amqpUrl, credentialFolder } from "../services/environment.ts";
import type { ServiceImages } from "../services/serviceSpec.ts";
import type { Sizing } from "../sizing.ts";
import { paced, replicaBounds, type Pacing } from "./pacing.ts";

/** What the autoscaler mounts: its own user of the broker, and the way to Redis. */
export const autoscalerSecrets = {
  rabbitmq: secrets.rabbitmqOf(rabbitmqUsers.autoscaler),
  redis: secrets.redis,
} as const;

/** The strategy's rules: up at any of these marks, down once all have been below for so long. */
const { anyAbove, allBelow, forSeconds, stepUp, stepDown } = defaults.threshold;

/** As long as a user would wait for a workflow to begin before starting it again. */
const maxWaitSeconds = 30;

/** Messages that one pod works off within the wait. */
const backlogPerPod = (assumptions.executionsPerWorker / assumptions.executionSeconds) * maxWaitSeconds;

/** The marks already wait for their 300 s, and hold every other rule meanwhile: a window on top would make it twice that. */
const scaleDown = { stabilizationWindowSeconds: 0 };

/** The standard periods are those of production: at another pace those of the way down are told. */
function behaviorAt(pace: number): object {
  if (pace === 1) return { scaleDown };
  const policies = ({ policies: all }: { policies: readonly { periodSeconds: number }[] }): object[] =>
    all.map((policy) => ({ ...policy, periodSeconds: paced(policy.periodSeconds, pace) }));
  return { scaleDown: { ...scaleDown, policies: policies(defaults.behavior.scaleDown) } };
}

const queueWorker = (pace: number): object => ({
  metrics: {
    // Both, since each pod takes from both and an urgent execution is as much work as any other.
    queueDepth: { rabbitmq: { broker: "main", queues: [{ name: "workflow" }, { name: "workflow_priority" }] } },
    // A consumer's requests are the executions that it finishes.
    requestRate: { podMetrics: { port: ports.metrics, counter: "workflow_executions_total" } },
    cpu: { resource: "cpu" },
    memory: { resource: "memory" },
  },
  rules: [
    {
      name: "marks",
      threshold: {
        scaleUp: { anyAbove, step: stepUp },
        scaleDown: { allBelow, forSeconds: paced(forSeconds, pace), step: stepDown },
      },
    },
    { name: "backlog", perReplica: { metric: "queueDepth", target: backlogPerPod } },
    // A worker that is told to end finishes what it has, or returns it when its grace period is over.
    { name: "wait", drain: { metric: "queueDepth", maxWaitSeconds, scaleInWhileBusy: true } },
  ],
  behavior: behaviorAt(pace),
});

const bullList = (state: string): string => `${bullPrefix}:jobs:${state}`;

const n8nWorker = (pace: number): object => ({
  metrics: {
    // Those under way too: they need the worker that has them.
    jobs: {
      redis: {
        urlFile: `${credentialFolder(autoscalerSecrets.redis)}/url`,
        lists: [bullList("wait"), bullList("active")],
      },
    },
    cpu: { resource: "cpu" },
    memory: { resource: "memory" },
  },
  rules: [
    {
      name: "marks",
      threshold: {
        scaleUp: { anyAbove: { cpu: anyAbove.cpu, memory: anyAbove.memory }, step: stepUp },
        scaleDown: {
          allBelow: { cpu: allBelow.cpu, memory: allBelow.memory },
          forSeconds: paced(forSeconds, pace),
          step: stepDown,
        },
      },
    },
    { name: "jobs", perReplica: { metric: "jobs", target: assumptions.executionsPerWorker } },
  ],
  behavior: behaviorAt(pace),
});

const rulesOf: Readonly<Record<string, (pace: number) => object>> = {
  [workloads.workflowWorker]: queueWorker,
  [workloads.n8nWorker]: n8nWorker,
};

/** What the HPA of the gateway asks for, and the figure that the consumers' marks go by. */
const customMetrics = {
  certFile: `${certificate.folder}/tls.crt`,
  keyFile: `${certificate.folder}/tls.key`,
  metrics: [
    {
      name: "requests_per_second",
      pods: { namespace, matchLabels: selectorOf(workloads.apiGateway) },
      podMetrics: { port: ports.metrics, counter: "http_requests_total" },
    },
    {
      name: "executions_per_second",
      target: { name: workloads.workflowWorker, metric: "requestRate" },
      // For whoever looks: the replica that does not lead need not ask as often as the one that decides.
      periodSeconds: 10,
    },
  ],
};

export interface AutoscalerOptions extends Pacing {
  readonly images: ServiceImages;
  readonly sizing: Sizing;
}

/** The document for a size: a target for each tier with an image whose count is the autoscaler's. */
export function autoscalerDocument({ images, sizing, pace = 1, maxReplicas }: AutoscalerOptions): object {
  const rabbitmq = hostOf(workloads.rabbitmq);
  return {
    apiVersion: "autoscaling.jobsprint.dev/v1alpha1",
    kind: "AutoscalerConfig",
    brokers: {
      main: {
        managementUrl: `https://${rabbitmq}:${ports.rabbitmqManagement}`,
        amqpUrl,
        usernameFile: `${credentialFolder(autoscalerSecrets.rabbitmq)}/username`,
        passwordFile: `${credentialFolder(autoscalerSecrets.rabbitmq)}/password`,
      },
    },
    customMetrics,
    targets: servicesOf(images).flatMap(([name, { scaling }]) =>
      scaling.by === "autoscaler"
        ? [
            {
              name,
              scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name, namespace },
              ...replicaBounds(scaling, sizing, maxReplicas?.[name]),
              ...rulesOf[name]?.(pace),
            },
          ]
        : [],
    ),
  };
}

export interface RenderedConfig {
  /** YAML, as the autoscaler reads it. */
  readonly text: string;
  readonly config: AutoscalerConfig;
}

/**
 * Checks a document by the autoscaler's own parser and renders it.
 * @throws {ConfigError} that lists every problem
 */
export function renderConfig(document: object): RenderedConfig {
  const text = stringify(document, { aliasDuplicateObjects: false });
  return { text, config: parseConfig(text, "configuration of the autoscaler") };
}
