import { stringify } from "yaml";
import { apply } from "../../kubernetes/apply.ts";
import { startControlPlane, type ControlPlane } from "../../kubernetes/controlPlane.ts";
import { startKwok } from "../../kubernetes/kwok.ts";

/** The Deployment that is scaled; its name is also its pods' label. */
export const workload = { namespace: "jobsprint", name: "workflow-worker" } as const;

/** What the other parts need of the cluster. It ends with the run, not by itself. */
export interface Cluster {
  readonly controlPlane: ControlPlane;
  /** Of the autoscaler's service account, with the rights that it was given. */
  readonly autoscalerKubeconfig: string;
}

export interface ClusterOptions {
  readonly replicas: number;
  readonly readinessDelaySeconds: number;
  /** The autoscaler's ServiceAccount and what it may do, as YAML. */
  readonly account: string;
}

/** A control plane with fake nodes, the worker's Deployment and the autoscaler's service account. */
export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const controlPlane = await startControlPlane();
  // Nobody scales it down again: the run's shutdown ends it.
  await startKwok(controlPlane, { podReadySeconds: options.readinessDelaySeconds });
  await apply(controlPlane, `${manifests(options.replicas)}---\n${options.account}`);
  const serviceAccount = "autoscaler";
  const { namespace } = workload;
  return { controlPlane, autoscalerKubeconfig: await controlPlane.kubeconfigFor({ serviceAccount, namespace }) };
}

function manifests(replicas: number): string {
  const { namespace, name } = workload;
  const labels = { "app.kubernetes.io/name": name };
  const objects = [
    { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } },
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { namespace, name },
      spec: {
        replicas,
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: {
            containers: [
              // The image is never pulled: the process behind a fake pod is started by the fleet.
              { name: "worker", image: "workflow-worker", resources: { requests: { cpu: "50m", memory: "64Mi" } } },
            ],
          },
        },
      },
    },
  ];
  return objects.map((object) => stringify(object)).join("---\n");
}
