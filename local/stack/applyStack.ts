import { applyObject } from "./applyObject.ts";
import { applySetOf, asMember, union, type ApplySet } from "./applySet.ts";
import { awaitReady, type Unready } from "./awaitReady.ts";
import { createClient, type StackClient, type StackCluster } from "./client.ts";
import { diagnose } from "./diagnosis/diagnose.ts";
import { redactor } from "./diagnosis/redact.ts";
import { membersOf, readApplySet, requireOwnNamespace, writeApplySet } from "./members.ts";
import { keyOf, nameOf, toStackObject, type StackObject } from "./objects.ts";
import { prune } from "./prune.ts";
import { inStoredForm } from "./storedForm.ts";
import { inWaves } from "./waves.ts";
import type { KubernetesObject } from "@kubernetes/client-node";

/** What is being done. */
export interface StackProgress {
  readonly text: string;
  /** How long it has been waited for; absent when something is done, and the text stays true. */
  readonly seconds?: number;
}

/** How to apply; all absent: with the default times, and without taking fields from anybody. */
export interface ApplyOptions {
  readonly onProgress?: (progress: StackProgress) => void;
  /** For each kind's readiness, instead of the defaults. */
  readonly timeoutSeconds?: number | undefined;
  /** Takes over fields that belong to other managers instead of failing. */
  readonly force?: boolean;
}

/** What an apply did. */
export interface AppliedStack {
  readonly namespace: string;
  /** All objects as they were stored. */
  readonly objects: readonly StackObject[];
  readonly created: readonly string[];
  readonly changed: readonly string[];
  /** Deleted, because an earlier apply had made them and they are not wanted any more. */
  readonly pruned: readonly string[];
}

/**
 * Makes the cluster hold exactly these objects of the stack, wave by wave, each ready before the next, and deletes what
 * an earlier apply left. Fails with the object that was refused, or with the pods that do not get ready and why.
 */
export async function applyStack(
  cluster: StackCluster,
  wanted: readonly KubernetesObject[],
  options: ApplyOptions = {},
): Promise<AppliedStack> {
  const given = wanted.map((object) => inStoredForm(toStackObject(object)));
  const set = applySetOf(given);
  const client = createClient(cluster);
  const objects = given.map((object) => asMember(object, set.namespace));
  await requireOwnNamespace(client, set.namespace);
  const before = await readApplySet(client, set.namespace);
  const known = union(set, before);
  const members = before === undefined ? [] : await membersOf(client, known);
  const stored = await applyWaves({ client, set: known, options }, objects);
  const pruned = await prune(client, known, objects);
  // Only now: until here objects of both sets may exist, and a run that ends in between loses none.
  await writeApplySet(client, set);
  const versions = new Map(members.map((one) => [keyOf(one), versionOf(one)]));
  return {
    namespace: set.namespace,
    objects: stored,
    created: stored.filter((one) => !versions.has(keyOf(one))).map(nameOf),
    changed: stored.filter((one) => isChanged(one, versions)).map(nameOf),
    pruned: pruned.map(nameOf),
  };
}

function isChanged(object: StackObject, versions: ReadonlyMap<string, string>): boolean {
  return versions.has(keyOf(object)) && versions.get(keyOf(object)) !== versionOf(object);
}

/** Of what has a status the generation: the resourceVersion rises with every pod that gets ready. */
function versionOf({ metadata: { uid = "", generation, resourceVersion } }: StackObject): string {
  // With the uid, since what was replaced begins anew to count.
  return `${uid} ${generation ?? resourceVersion ?? ""}`;
}

/** What stays the same during one apply. */
interface Apply {
  readonly client: StackClient;
  readonly set: ApplySet;
  readonly options: ApplyOptions;
}

async function applyWaves(apply: Apply, objects: readonly StackObject[]): Promise<StackObject[]> {
  const { client, set, options } = apply;
  const stored: StackObject[] = [];
  // The parent lives in the namespace, and has to tell of everything else before it is made.
  for (const one of objects.filter(({ kind }) => kind === "Namespace")) await applyObject(client, one, false);
  await writeApplySet(client, set);
  for (const { wave, objects: some } of inWaves(objects)) {
    const begun = Date.now();
    const applied: StackObject[] = [];
    // One by one: order counts within a wave too, and the first refusal is the one to read.
    for (const object of some) applied.push(await applyObject(client, object, options.force ?? false));
    stored.push(...applied);
    await settle(apply, applied, redactor(objects));
    const seconds = Math.round((Date.now() - begun) / 1000);
    options.onProgress?.({ text: `${wave.name}: ${some.length} objects after ${seconds} s` });
  }
  return stored;
}

async function settle(apply: Apply, applied: readonly StackObject[], redact: (text: string) => string): Promise<void> {
  const { client, set, options } = apply;
  const left = await awaitReady(client, applied, {
    namespace: set.namespace,
    timeoutSeconds: options.timeoutSeconds,
    onWaiting: (unready) => options.onProgress?.({ text: summary(unready), seconds: unready[0]?.seconds ?? 0 }),
  });
  if (left.length > 0) throw new Error(await diagnose(client, left, redact));
}

/** "rabbitmq 2/3 ready, redis 4/6 ready". */
function summary(unready: readonly Unready[]): string {
  return unready.map(({ object, readiness }) => `${object.metadata.name} ${readiness.text}`).join(", ");
}
