import {
  AutoscalingV2Api,
  CoordinationV1Api,
  CoreV1Api,
  type V1Pod,
  type V2HorizontalPodAutoscaler,
  type V2HorizontalPodAutoscalerCondition,
  type V2HorizontalPodAutoscalerSpec,
  type V2MetricSpec,
  type V2MetricStatus,
} from "@kubernetes/client-node";
import { createClient, type StackClient, type StackCluster } from "./client.ts";
import { membersOf, readApplySet } from "./members.ts";
import type { StackObject } from "./objects.ts";
import { becomesReady, readinessOf } from "./readiness.ts";

/** One workload of a stack. */
export interface WorkloadStatus {
  readonly kind: string;
  readonly name: string;
  readonly ready: boolean;
  /** How far it is: "2/3 ready". */
  readonly text: string;
  /** Of all containers of the pods that there are now. */
  readonly restarts: number;
  readonly ageSeconds: number;
}

/** One HPA with what it sees and what it wants. */
export interface ScalerStatus {
  readonly name: string;
  /** "requests_per_second 12/25"; the current value is a question mark while it is unknown. */
  readonly metrics: readonly string[];
  readonly replicas: string;
  /** Why it does not scale; absent when it does. */
  readonly problem?: string;
}

export interface StackStatus {
  readonly workloads: readonly WorkloadStatus[];
  readonly scalers: readonly ScalerStatus[];
  /** Lease → who holds it. */
  readonly leaders: ReadonlyMap<string, string>;
}

/** How the stack of the namespace is; undefined when there is none. */
export async function stackStatus(cluster: StackCluster, namespace: string): Promise<StackStatus | undefined> {
  const client = createClient(cluster);
  const set = await readApplySet(client, namespace);
  if (set === undefined) return undefined;
  const [members, { items: pods }, { items: scalers }, leaders] = await Promise.all([
    membersOf(client, set),
    client.config.makeApiClient(CoreV1Api).listNamespacedPod({ namespace }),
    client.config.makeApiClient(AutoscalingV2Api).listNamespacedHorizontalPodAutoscaler({ namespace }),
    leadersOf(client, namespace),
  ]);
  const workloads = members.filter(({ kind }) => becomesReady(kind));
  return { workloads: workloads.map((one) => workload(one, pods)), scalers: scalers.map(scaler), leaders };
}

function workload(object: StackObject, pods: readonly V1Pod[]): WorkloadStatus {
  const { kind, metadata } = object;
  const readiness = readinessOf(object);
  const own = pods.filter((pod) => pod.metadata?.labels?.["app.kubernetes.io/name"] === metadata.name);
  const statuses = own.flatMap(({ status }) => status?.containerStatuses ?? []);
  const created = new Date(metadata.creationTimestamp ?? Date.now()).getTime();
  return {
    ...{ kind, name: metadata.name, ready: readiness.state === "ready", text: readiness.text },
    restarts: statuses.reduce((sum, { restartCount }) => sum + restartCount, 0),
    ageSeconds: (Date.now() - created) / 1000,
  };
}

/** Also tells, without failing, whether an HPA is at work. */
export function scaler({ metadata, spec, status }: V2HorizontalPodAutoscaler): ScalerStatus {
  return {
    name: metadata?.name ?? "",
    metrics: (spec.metrics ?? []).map((metric) => metricText(metric, status?.currentMetrics ?? [])),
    replicas: replicasText(spec, status?.currentReplicas),
    ...problemOf(status?.conditions),
  };
}

function problemOf(conditions: readonly V2HorizontalPodAutoscalerCondition[] = []): Pick<ScalerStatus, "problem"> {
  const active = conditions.find(({ type }) => type === "ScalingActive");
  return active?.status === "True" ? {} : { problem: active?.message ?? "it has not been looked at" };
}

function replicasText(spec: V2HorizontalPodAutoscalerSpec, current = 0): string {
  return `${current} of ${spec.minReplicas ?? 1}..${spec.maxReplicas}`;
}

function metricText({ pods, resource }: V2MetricSpec, current: readonly V2MetricStatus[]): string {
  const seen = (value: string | number | undefined): string | number => value ?? "?";
  if (pods !== undefined) {
    const now = current.find((one) => one.pods?.metric.name === pods.metric.name)?.pods?.current;
    return `${pods.metric.name} ${seen(now?.averageValue)}/${seen(pods.target.averageValue)}`;
  }
  if (resource === undefined) return "other";
  const now = current.find((one) => one.resource?.name === resource.name)?.resource?.current;
  return `${resource.name} ${seen(now?.averageUtilization)}/${seen(resource.target.averageUtilization)} %`;
}

async function leadersOf(client: StackClient, namespace: string): Promise<ReadonlyMap<string, string>> {
  const { items } = await client.config.makeApiClient(CoordinationV1Api).listNamespacedLease({ namespace });
  return new Map(items.map(({ metadata, spec }) => [metadata?.name ?? "?", spec?.holderIdentity ?? "nobody"]));
}
