import { toParent } from "./applySet.ts";
import { createClient, refusalOf, type StackCluster } from "./client.ts";
import { membersOf, readApplySet, writeApplySet } from "./members.ts";
import { nameOf, type StackObject } from "./objects.ts";
import { removeMember } from "./prune.ts";
import type { StackProgress } from "./applyStack.ts";
import { awaitGone, isWatched } from "./watch.ts";
import { inWaves } from "./waves.ts";

/** How to remove; all absent: with everything that is stored. */
export interface RemoveOptions {
  readonly onProgress?: (progress: StackProgress) => void;
  /** The namespace stays with its volume claims, so that the next apply finds the data. */
  readonly keepVolumes?: boolean;
}

/**
 * Deletes what the set of the namespace contains, callers before what they call, then the namespace with all that is
 * left there, and waits until it is gone. Returns the names of what was deleted; none when there was no stack.
 */
export async function removeStack(
  cluster: StackCluster,
  namespace: string,
  { onProgress, keepVolumes = false }: RemoveOptions = {},
): Promise<readonly string[]> {
  const client = createClient(cluster);
  const set = await readApplySet(client, namespace);
  if (set === undefined) return [];
  const members = await membersOf(client, set);
  const kept = keepVolumes ? ["Namespace"] : [];
  const removed: string[] = [];
  for (const { wave, objects } of inWaves(members).reverse()) {
    const some = objects.filter(({ kind }) => !kept.includes(kind)).reverse();
    for (const object of some) await removeMember(client, object, "Foreground");
    onProgress?.({ text: `${wave.name}: waiting until ${some.length} objects are gone`, seconds: 0 });
    // Pods end with grace; what they call has to stay until then.
    await awaitGone(
      client,
      some.filter(({ kind }) => isWatched(kind)),
    );
    onProgress?.({ text: `${wave.name}: ${some.length} objects gone` });
    removed.push(...some.map(nameOf));
  }
  if (keepVolumes)
    await writeApplySet(client, { ...set, groupKinds: new Set(["Namespace"]), otherNamespaces: new Set() });
  else await removeParent(client, namespace);
  return removed;
}

/** Normally gone with its namespace; it stays where the namespace was no member. */
async function removeParent(client: ReturnType<typeof createClient>, namespace: string): Promise<void> {
  const parent: StackObject = toParent(namespace);
  try {
    await client.remove(parent);
  } catch (error) {
    throw new Error(`cannot delete ${nameOf(parent)}: ${refusalOf(error).message}`, { cause: error });
  }
}
