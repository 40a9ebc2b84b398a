import type { V1Container, V1Pod } from "@kubernetes/client-node";
import type { Pod } from "../../../ports/targetPods.ts";
import type { Labels } from "./labelSelector.ts";
import { parseQuantity } from "./quantity.ts";

/** Those that metrics.k8s.io tells of each container. */
export type Resource = "cpu" | "memory";

/** A pod with the name of a container that requests none of a resource, if there is one. */
export interface KubernetesPod extends Pod {
  /** For the error that names it: utilisation is a share of the request, and HPA too refuses without one. */
  readonly withoutRequest: Readonly<Partial<Record<Resource, string>>>;
}

/** How a pod stands to being deleted first: its cost, and the value by which this autoscaler marks a cost as its own. */
export interface DeletionCost {
  /** As written in the annotation; absent counts as 0. */
  readonly cost?: string;
  /** Equal to the cost while it is ours. */
  readonly mark?: string;
}

/** A pod as its watch's cache keeps it: without most of what the API server tells. */
export interface CachedPod extends KubernetesPod {
  /** As the library's cache and our writes need it. */
  readonly metadata: { readonly name?: string; readonly namespace?: string; readonly resourceVersion?: string };
  readonly labels: Labels;
  readonly deletionCost: DeletionCost;
}

/** https://kubernetes.io/docs/reference/labels-annotations-taints/#pod-deletion-cost */
export const costAnnotation = "controller.kubernetes.io/pod-deletion-cost";
/** Holds the cost that this autoscaler wrote; another cost is somebody else's. */
export const markAnnotation = "autoscaling.jobsprint.dev/pod-deletion-cost";

/** Thousands of pods are kept, so everything that is not asked for later is left out. */
export function toCachedPod(pod: V1Pod): CachedPod {
  const { metadata } = pod;
  const annotations = metadata?.annotations;
  return {
    ...toPod(pod),
    metadata: defined({
      ...{ name: metadata?.name, namespace: metadata?.namespace, resourceVersion: metadata?.resourceVersion },
    }),
    labels: metadata?.labels ?? {},
    deletionCost: defined({ cost: annotations?.[costAnnotation], mark: annotations?.[markAnnotation] }),
  };
}

/** Reads what the autoscaler needs from a pod, be it of a list (dates parsed) or of a watch (dates still text). */
export function toPod({ metadata, spec, status }: V1Pod): KubernetesPod {
  const condition = status?.conditions?.find(({ type }) => type === "Ready");
  const cpu = requestOf(spec, "cpu");
  const memory = requestOf(spec, "memory");
  return {
    ...identity(metadata, status),
    ready: condition?.status === "True",
    terminating: metadata?.deletionTimestamp !== undefined,
    ...defined({
      startedAt: epochSeconds(status?.startTime),
      readyChangedAt: epochSeconds(condition?.lastTransitionTime),
      cpuRequest: cpu.total,
      memoryRequest: memory.total,
    }),
    withoutRequest: defined({ cpu: cpu.missing, memory: memory.missing }),
  };
}

function identity(metadata: V1Pod["metadata"], status: V1Pod["status"]): Pick<Pod, "name" | "address" | "phase"> {
  return { name: metadata?.name ?? "", address: status?.podIP ?? "", phase: status?.phase ?? "Unknown" };
}

function requestOf(spec: V1Pod["spec"], resource: Resource): { total?: number; missing?: string } {
  // A request of the pod as a whole stands above those of its containers (KEP-2837).
  const podLevel = spec?.resources?.requests?.[resource];
  if (podLevel !== undefined) return { total: parseQuantity(podLevel) };
  let total = 0;
  for (const container of lastingContainers(spec)) {
    const request = container.resources?.requests?.[resource];
    // One is enough: a sum over the others would make the utilisation too high.
    if (request === undefined) return { missing: container.name };
    total += parseQuantity(request);
  }
  return { total };
}

/** Init containers with restartPolicy Always are sidecars: they run, and are measured, as long as the pod. */
function lastingContainers(spec: V1Pod["spec"]): V1Container[] {
  const sidecars = spec?.initContainers?.filter(({ restartPolicy }) => restartPolicy === "Always") ?? [];
  return [...(spec?.containers ?? []), ...sidecars];
}

function epochSeconds(time: Date | string | undefined): number | undefined {
  return time === undefined ? undefined : new Date(time).getTime() / 1000;
}

function defined<T extends string, V>(entries: Record<T, V | undefined>): Partial<Record<T, V>> {
  return Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== undefined)) as Partial<
    Record<T, V>
  >;
}
