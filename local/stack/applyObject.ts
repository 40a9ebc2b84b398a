import { refusalOf, type Refusal, type StackClient } from "./client.ts";
import { nameOf, type StackObject } from "./objects.ts";
import { readinessOf } from "./readiness.ts";
import { awaitGone, isWatched } from "./watch.ts";

/**
 * Applies one object and returns what is stored. A Job that has failed or cannot be changed is replaced. Fails with the object's name
 * and, where fields belong to somebody else or cannot be changed, with what to do.
 */
export async function applyObject(client: StackClient, object: StackObject, force: boolean): Promise<StackObject> {
  try {
    const stored = await client.apply(object, { force });
    if (!isLost(stored)) return stored;
  } catch (error) {
    const refusal = refusalOf(error);
    if (object.kind !== "Job" || !isImmutable(refusal)) throw new Error(told(object, refusal), { cause: error });
  }
  await client.remove(object);
  // Everything else is gone at once.
  if (isWatched(object.kind)) await awaitGone(client, [object]);
  return client.apply(object, { force });
}

/** A Job that gave up never tries again by itself, and what is being deleted cannot be kept. */
function isLost(stored: StackObject): boolean {
  if (stored.metadata.deletionTimestamp !== undefined) return true;
  return stored.kind === "Job" && readinessOf(stored).state === "failed";
}

function told(object: StackObject, refusal: Refusal): string {
  const name = nameOf(object);
  if (refusal.code === 409 && refusal.causes.length > 0) {
    const owned = refusal.causes.map(({ field, message }) => `${field ?? "?"} (${message ?? "conflict"})`);
    return `cannot apply ${name}: fields belong to others: ${owned.join(", ")}; --force takes them over`;
  }
  const advice = isImmutable(refusal) ? "; it has to be deleted first" : "";
  return `cannot apply ${name}: ${refusal.message}${advice}`;
}

// The API server has no reason of its own for this: a StatefulSet's, a RoleBinding's and the common sentence.
const immutable = /field is immutable|updates to .* are forbidden|cannot change roleRef/;

function isImmutable({ code, message }: Refusal): boolean {
  return code === 422 && immutable.test(message);
}
