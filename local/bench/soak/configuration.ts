import type { Rabbitmq } from "../../servers/rabbitmq.ts";
import { configMapName, leaseName, namespace } from "./cluster.ts";

export const messagesPerReplica = 10;
export const minReplicas = 1;
export const maxReplicas = 6;
/** Seconds. */
export const maxMetricAge = 10;

/** Of both replicas, but for their files and ports. */
export function configuration(
  { amqpUrl, managementUrl, usernameFile, passwordFile }: Rabbitmq,
  targets: readonly string[],
  { port, decisionLog }: { readonly port: number; readonly decisionLog: string },
): object {
  return {
    apiVersion: "autoscaling.jobsprint.dev/v1alpha1",
    kind: "AutoscalerConfig",
    brokers: { main: { managementUrl, amqpUrl, usernameFile, passwordFile } },
    server: { host: "127.0.0.1", port },
    decisionLog: { file: decisionLog },
    leaderElection: { leaseName },
    state: { configMapName },
    targets: targets.map((name) => ({
      name,
      scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name, namespace },
      minReplicas,
      maxReplicas,
      maxMetricAgeSeconds: maxMetricAge,
      metrics: { queueDepth: { rabbitmq: { broker: "main", queues: [{ name }] } } },
      rules: [{ name: "backlog", perReplica: { metric: "queueDepth", target: messagesPerReplica } }],
      behavior: {
        scaleUp: { policies: [{ type: "Pods", value: 100, periodSeconds: 1 }] },
        // Short, so that a wrong reading shows in the count at once instead of being smoothed away.
        scaleDown: { stabilizationWindowSeconds: 0, policies: [{ type: "Percent", value: 100, periodSeconds: 1 }] },
      },
      foreignWrites: { holdSeconds: 4 },
      // Nobody consumes here.
      stuckConsumers: false,
    })),
  };
}

/** The count that so many messages ask for. */
export function asked(messages: number): number {
  return Math.min(maxReplicas, Math.max(minReplicas, Math.ceil(messages / messagesPerReplica)));
}
