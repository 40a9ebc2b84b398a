import type { V1ObjectMeta } from "@kubernetes/client-node";
import { parseLabelSelector, toLabelSelector } from "../pods/labelSelector.ts";
import type { LabelSelector, SelectorObject } from "../pods/labelSelector.ts";

/** Names the workload that is scaled. */
export interface ScaleTargetRef {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
}

/** The plurals of the workloads that can be scaled. */
const plurals = new Map([
  ["Deployment", "deployments"],
  ["StatefulSet", "statefulsets"],
  ["ReplicaSet", "replicasets"],
]);

/** What is kept of a workload. */
export interface Workload {
  readonly metadata: Pick<V1ObjectMeta, "name" | "namespace">;
  /** Opaque but for `isAtLeast`. */
  readonly resourceVersion: string;
  /** Differs after the workload was deleted and made again under its name. */
  readonly uid: string | undefined;
  readonly replicas: number;
  /** Undefined where it is not understood: its pods are unknown then. */
  readonly selector: LabelSelector | undefined;
  /** The value of the annotation, not judged yet; undefined also where only the scale could be read. */
  readonly paused: string | undefined;
}

/** What Deployments, StatefulSets and ReplicaSets have in common, as the API tells it. */
export interface WorkloadObject {
  readonly metadata?: Pick<V1ObjectMeta, "name" | "namespace" | "uid" | "resourceVersion" | "annotations">;
  readonly spec?: { readonly replicas?: number; readonly selector?: SelectorObject };
}

/** A Scale of autoscaling/v1, as the API tells it. */
export interface ScaleObject {
  readonly metadata?: Pick<V1ObjectMeta, "uid" | "resourceVersion">;
  readonly spec?: { readonly replicas?: number };
  readonly status?: { readonly selector?: string };
}

/** On the workload itself, so that whoever may edit it can pause it: KEDA's pause deletes the HPA and with it the advice. */
export const pausedAnnotation = "autoscaling.jobsprint.dev/paused";

/** Throws on a kind without a known scale subresource. */
export function pluralOf({ apiVersion, kind }: Pick<ScaleTargetRef, "apiVersion" | "kind">): string {
  const plural = apiVersion === "apps/v1" ? plurals.get(kind) : undefined;
  if (plural === undefined)
    throw new Error(
      `scaleTargetRef: "${apiVersion} ${kind}" cannot be scaled; apps/v1 ${[...plurals.keys()].join(", ")} can`,
    );
  return plural;
}

/** Keeps what is needed of an object of the API; without a version it is empty, which readers refuse. */
export function toWorkload({ metadata, spec }: WorkloadObject): Workload {
  const { name, namespace, uid, resourceVersion = "", annotations } = metadata ?? {};
  return {
    metadata: { ...(name !== undefined && { name }), ...(namespace !== undefined && { namespace }) },
    resourceVersion,
    uid,
    // The API's own default; what it stores always has the count.
    replicas: spec?.replicas ?? 1,
    selector: toLabelSelector(spec?.selector),
    paused: annotations?.[pausedAnnotation],
  };
}

/** Undefined when the answer has no spec or no version. */
export function scaleToWorkload({ metadata, spec, status }: ScaleObject): Workload | undefined {
  if (spec === undefined || metadata?.resourceVersion === undefined) return undefined;
  const { resourceVersion, uid } = metadata;
  return {
    ...{ metadata: {}, resourceVersion, uid, paused: undefined },
    // A Scale leaves out a count of 0.
    replicas: spec.replicas ?? 0,
    selector: parseLabelSelector(status?.selector),
  };
}

/** Whether version `a` is at least as new as `b`: they compare as integers of any length (KEP-5504). */
export function isAtLeast(a: string, b: string): boolean {
  return a.length === b.length ? a >= b : a.length > b.length;
}
