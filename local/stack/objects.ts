import type { KubernetesObject, V1ObjectMeta } from "@kubernetes/client-node";

/** The metadata that matters here, as plain data. */
type Metadata = Pick<
  V1ObjectMeta,
  | ("namespace" | "labels" | "annotations" | "uid" | "resourceVersion" | "generation")
  | ("ownerReferences" | "creationTimestamp" | "deletionTimestamp")
> & { name: string };

/** An object as a stack renders it or a cluster stores it: it can be named. */
export interface StackObject extends KubernetesObject {
  apiVersion: string;
  kind: string;
  metadata: Metadata;
}

/** As messages name it: "Deployment jobsprint/api-gateway", "PriorityClass jobsprint-serving". */
export function nameOf({ kind, metadata: { namespace, name } }: StackObject): string {
  return `${kind} ${namespace === undefined ? "" : `${namespace}/`}${name}`;
}

/** Equal for two states of one object, whatever version of its API each is written in. */
export function keyOf(object: StackObject): string {
  return `${groupKind(object)} ${object.metadata.namespace ?? ""}/${object.metadata.name}`;
}

/** "Deployment.apps"; of the core group the kind alone. */
export function groupKind({ apiVersion, kind }: { apiVersion: string; kind: string }): string {
  const [group, version] = apiVersion.split("/");
  return version === undefined || group === undefined ? kind : `${kind}.${group}`;
}

/** The object, where it says enough to be applied. Fails naming what is missing. */
export function toStackObject(value: KubernetesObject): StackObject {
  const { apiVersion, kind, metadata } = value;
  if (apiVersion === undefined || kind === undefined || metadata?.name === undefined) {
    throw new Error(`an object without apiVersion, kind or name: ${kind ?? "?"} ${metadata?.name ?? "?"}`);
  }
  return value as StackObject;
}
