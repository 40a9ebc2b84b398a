import { createHash } from "node:crypto";
import { groupKind, type StackObject } from "./objects.ts";

/** Keys of the ApplySet specification (KEP-3659), by which other tools know what belongs together. */
export const keys = {
  id: "applyset.kubernetes.io/id",
  partOf: "applyset.kubernetes.io/part-of",
  tooling: "applyset.kubernetes.io/tooling",
  groupKinds: "applyset.kubernetes.io/contains-group-kinds",
  namespaces: "applyset.kubernetes.io/additional-namespaces",
} as const;

/** Other tools compare the part before the slash and refuse to change the sets of another. */
const tool = { name: "jobsprint", version: "v1" };

/** What one apply made, as its parent object tells it. */
export interface ApplySet {
  /** The namespace of the parent. */
  readonly namespace: string;
  /** Kinds that members may have, as "Deployment.apps". */
  readonly groupKinds: ReadonlySet<string>;
  /** Besides the parent's. */
  readonly otherNamespaces: ReadonlySet<string>;
}

const parentName = "jobsprint-stack";

/** The value of the label of all members; it tells one parent object from all others of a cluster. */
export function applySetId(namespace: string): string {
  // The group of a ConfigMap is empty, which leaves the dot at the end.
  const parent = `${parentName}.${namespace}.ConfigMap.`;
  return `applyset-${createHash("sha256").update(parent).digest("base64url")}-v1`;
}

/** The set that the objects make. They bring exactly one namespace, and the parent lives in it. */
export function applySetOf(objects: readonly StackObject[]): ApplySet {
  const [namespace, ...others] = objects
    .filter(({ kind }) => kind === "Namespace")
    .map(({ metadata }) => metadata.name);
  if (namespace === undefined || others.length > 0) {
    throw new Error(`a stack has one Namespace, found ${namespace === undefined ? 0 : others.length + 1}`);
  }
  const namespaces = objects.flatMap(({ metadata }) => metadata.namespace ?? []);
  return {
    namespace,
    groupKinds: new Set(objects.map(groupKind)),
    otherNamespaces: new Set(namespaces.filter((one) => one !== namespace)),
  };
}

/** All that is in one of the two: what the parent has to say while objects of both may exist. */
export function union(one: ApplySet, other: ApplySet | undefined): ApplySet {
  if (other === undefined) return one;
  return {
    namespace: one.namespace,
    groupKinds: new Set([...one.groupKinds, ...other.groupKinds]),
    otherNamespaces: new Set([...one.otherNamespaces, ...other.otherNamespaces]),
  };
}

/** The object with the label of the set. */
export function asMember(object: StackObject, namespace: string): StackObject {
  const labels = { ...object.metadata.labels, [keys.partOf]: applySetId(namespace) };
  return { ...object, metadata: { ...object.metadata, labels } };
}

/** The parent object that tells the set; without `set` it only names itself, for reading. */
export function toParent(namespace: string, set?: ApplySet): StackObject {
  const list = (values: ReadonlySet<string>): string => [...values].sort().join(",");
  const told = set && {
    labels: { [keys.id]: applySetId(namespace) },
    annotations: {
      [keys.tooling]: `${tool.name}/${tool.version}`,
      [keys.groupKinds]: list(set.groupKinds),
      [keys.namespaces]: list(set.otherNamespaces),
    },
  };
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name: parentName, namespace, ...told } };
}

/** The set that a stored parent tells. Fails when the object is another tool's, or none of a set. */
export function fromParent({ metadata }: StackObject): ApplySet {
  const { namespace = "", labels = {}, annotations = {} } = metadata;
  const where = `ConfigMap ${namespace}/${metadata.name}`;
  const owner = annotations[keys.tooling]?.replace(/\/[^/]*$/, "");
  if (owner !== tool.name) throw new Error(`${where} belongs to ${owner ?? "nobody"}, not to ${tool.name}`);
  if (labels[keys.id] !== applySetId(namespace)) throw new Error(`${where} has a wrong label ${keys.id}`);
  const list = (key: string): Set<string> => new Set((annotations[key] ?? "").split(",").filter((one) => one !== ""));
  return { namespace, groupKinds: list(keys.groupKinds), otherNamespaces: list(keys.namespaces) };
}
