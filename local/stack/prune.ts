import { membersOf } from "./members.ts";
import type { ApplySet } from "./applySet.ts";
import { refusalOf, type StackClient } from "./client.ts";
import { keyOf, nameOf, type StackObject } from "./objects.ts";
import { inWaves } from "./waves.ts";

/** Never deleted because they are no longer rendered: with them would go volumes, and all that others keep there. */
const kept = ["Namespace", "CustomResourceDefinition", "PersistentVolumeClaim"];

/** Deletes members of the set that are not among the objects, and returns them. */
export async function prune(
  client: StackClient,
  set: ApplySet,
  objects: readonly StackObject[],
): Promise<readonly StackObject[]> {
  const wanted = new Set(objects.map(keyOf));
  const members = await membersOf(client, set);
  const superfluous = members.filter((member) => !wanted.has(keyOf(member)) && !kept.includes(member.kind));
  // As in an end: callers before what they call.
  const ordered = inWaves(superfluous)
    .flatMap((wave) => wave.objects)
    .reverse();
  // Nobody waits for their pods, and the next apply may bring them back.
  for (const object of ordered) await removeMember(client, object, "Background");
  return ordered;
}

/** Deletes one object; that it has gone already is no failure. */
export async function removeMember(
  client: StackClient,
  object: StackObject,
  propagation: "Foreground" | "Background",
): Promise<void> {
  try {
    await client.remove(object, propagation);
  } catch (error) {
    throw new Error(`cannot delete ${nameOf(object)}: ${refusalOf(error).message}`, { cause: error });
  }
}
