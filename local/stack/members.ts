import { refusalOf, type StackClient } from "./client.ts";
import { applySetId, fromParent, keys, toParent, type ApplySet } from "./applySet.ts";
import type { StackObject } from "./objects.ts";

/** The set as it was left by the last apply; undefined when there was none. Fails when it is another tool's. */
export async function readApplySet(client: StackClient, namespace: string): Promise<ApplySet | undefined> {
  const parent = await client.read(toParent(namespace));
  return parent && fromParent(parent);
}

/** Makes the parent object tell the set. */
export async function writeApplySet(client: StackClient, set: ApplySet): Promise<void> {
  // A manager of its own, as kubectl has one, and forced: whatever else was written there is no part of a set.
  await client.apply(toParent(set.namespace, set), { manager: "jobsprint-applyset", force: true });
}

/** Fails where the namespace is there and no apply of ours has made it: it holds somebody's platform, as Pulumi's `up` does. */
export async function requireOwnNamespace(client: StackClient, namespace: string): Promise<void> {
  const found = await client.read({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
  if (found === undefined || found.metadata.labels?.[keys.partOf] === applySetId(namespace)) return;
  throw new Error(
    `namespace ${namespace} exists without the label ${keys.partOf} of this stack: it is somebody else's platform, ` +
      "and nothing was changed; take another cluster, or delete the namespace first",
  );
}

/** All objects that belong to the set: in its namespaces, of its kinds, with its label. */
export async function membersOf(client: StackClient, set: ApplySet): Promise<StackObject[]> {
  const versions = await client.preferredVersions();
  const labelSelector = `${keys.partOf}=${applySetId(set.namespace)}`;
  const found = await Promise.all(
    [...set.groupKinds].map(async (one) => {
      const [kind = "", ...group] = one.split(".");
      const apiVersion = versions.get(group.join("."));
      // The whole group has gone from the cluster, and its objects with it.
      return apiVersion === undefined ? [] : listKnown(client, { apiVersion, kind, labelSelector });
    }),
  );
  return found.flat().filter((object) => isOurs(object, set));
}

/** Of a kind that the cluster does not know any more there is nothing. */
async function listKnown(client: StackClient, query: Parameters<StackClient["list"]>[0]): Promise<StackObject[]> {
  try {
    return await client.list(query);
  } catch (error) {
    const { message } = refusalOf(error);
    if (message.startsWith("Unrecognized API version and kind")) return [];
    throw new Error(`cannot list ${query.kind}: ${message}`, { cause: error });
  }
}

function isOurs({ metadata }: StackObject, { namespace, otherNamespaces }: ApplySet): boolean {
  // Controllers copy labels to what they make, and look after it themselves.
  if (metadata.ownerReferences?.some(({ controller }) => controller === true)) return false;
  const where = metadata.namespace;
  return where === undefined || where === namespace || otherNamespaces.has(where);
}
