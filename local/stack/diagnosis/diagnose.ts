import { AppsV1Api, CoreV1Api, type CoreV1Event, type V1Pod } from "@kubernetes/client-node";
import type { Unready } from "../awaitReady.ts";
import type { StackClient } from "../client.ts";
import { nameOf, type StackObject } from "../objects.ts";
import { lastLogLines } from "./logs.ts";
import { podTrouble } from "./podTrouble.ts";
import { ranks, type Trouble } from "./trouble.ts";

/** A trouble with what it is about, and the last lines that were said there. */
interface Finding extends Trouble {
  /** As "Pod jobsprint/redis-0"; several with the same trouble are one finding. */
  readonly about: readonly string[];
  readonly pod?: V1Pod;
}

/** Findings that are told in full; a stack that lies down altogether has one cause and many followers. */
const told = 6;

/** What is read once for all objects of a namespace. */
interface Surroundings {
  readonly pods: readonly V1Pod[];
  /** Oldest first. */
  readonly events: readonly CoreV1Event[];
}

/** Why the objects are not ready: their pods and what refused them, the most useful first, with last log lines. */
export async function diagnose(
  client: StackClient,
  unready: readonly Unready[],
  redact: (text: string) => string,
): Promise<string> {
  const headings = unready.map(({ object, readiness, seconds }) => {
    const how = readiness.state === "failed" ? "has failed" : `is not ready after ${Math.round(seconds)} s`;
    return `${nameOf(object)} ${how}: ${readiness.text}`;
  });
  const findings = merged(
    await findingsOf(
      client,
      unready.map(({ object }) => object),
    ),
  );
  const lines: string[] = [];
  for (const finding of findings.slice(0, told)) {
    lines.push(`  ${finding.about.join(", ")} ${finding.sentence}`);
    for (const line of await lastLogLines(client, finding, redact)) lines.push(`    | ${line}`);
  }
  const more = findings.length - told;
  if (more > 0) lines.push(`  and ${more} more`);
  return redact([...headings, ...lines].join("\n"));
}

async function findingsOf(client: StackClient, objects: readonly StackObject[]): Promise<Finding[]> {
  const namespaces = [...new Set(objects.flatMap(({ metadata }) => metadata.namespace ?? []))];
  const found: Finding[] = [];
  for (const namespace of namespaces) {
    const around = await surroundingsOf(client, namespace);
    for (const object of objects.filter(({ metadata }) => metadata.namespace === namespace)) {
      found.push(...(await ofOwner(client, object, around)), ...ofPods(object, around));
    }
    found.push(...(await ofClaims(client, namespace, around)));
  }
  return found;
}

async function surroundingsOf(client: StackClient, namespace: string): Promise<Surroundings> {
  const core = client.config.makeApiClient(CoreV1Api);
  const [{ items: pods }, { items: events }] = await Promise.all([
    core.listNamespacedPod({ namespace }),
    core.listNamespacedEvent({ namespace }),
  ]);
  const at = (event: CoreV1Event): number =>
    new Date(event.lastTimestamp ?? event.eventTime ?? event.metadata.creationTimestamp ?? 0).getTime();
  return { pods, events: [...events].sort((a, b) => at(a) - at(b)) };
}

/** The pods that a workload selects. */
interface Selecting extends StackObject {
  readonly spec?: { readonly selector?: { readonly matchLabels?: Readonly<Record<string, string>> } };
}

function ofPods(object: StackObject, { pods, events }: Surroundings): Finding[] {
  const job = { "batch.kubernetes.io/job-name": object.metadata.name };
  const labels = object.kind === "Job" ? job : (object as Selecting).spec?.selector?.matchLabels;
  // Without a selector nothing is its pod, rather than everything.
  if (labels === undefined) return [];
  const selected = pods.filter(({ metadata }) =>
    Object.entries(labels).every(([key, value]) => metadata?.labels?.[key] === value),
  );
  return selected.flatMap((pod) => {
    const about = events.filter(({ involvedObject: { uid } }) => uid === pod.metadata?.uid);
    const trouble = podTrouble(pod, about);
    return trouble === undefined ? [] : [{ ...trouble, about: [pod.metadata?.name ?? "?"], pod }];
  });
}

/** Refusals of pods: quotas and pod security speak in Events of the controller that wanted to make them. */
async function ofOwner(client: StackClient, object: StackObject, { events }: Surroundings): Promise<Finding[]> {
  const { uid, namespace = "" } = object.metadata;
  const owners = [uid];
  if (object.kind === "Deployment") {
    const { items } = await client.config.makeApiClient(AppsV1Api).listNamespacedReplicaSet({ namespace });
    const owned = items.filter(({ metadata }) => metadata?.ownerReferences?.some((owner) => owner.uid === uid));
    owners.push(...owned.map(({ metadata }) => metadata?.uid));
  }
  const refusal = events
    .filter(({ reason, involvedObject }) => reason === "FailedCreate" && owners.includes(involvedObject.uid))
    .at(-1);
  if (refusal === undefined) return [];
  const sentence = `may not create its pods: ${refusal.message ?? "no reason given"}`;
  return [{ rank: ranks.refused, sentence, about: [nameOf(object)] }];
}

/** Claims without a volume, of whichever pod: the scheduler tells only that there are some. */
async function ofClaims(client: StackClient, namespace: string, { events }: Surroundings): Promise<Finding[]> {
  const core = client.config.makeApiClient(CoreV1Api);
  const { items } = await core.listNamespacedPersistentVolumeClaim({ namespace });
  return items
    .filter(({ status }) => status?.phase === "Pending" || status?.phase === "Lost")
    .map(({ metadata, spec, status }) => {
      const last = events.filter(({ involvedObject: { uid } }) => uid === metadata?.uid).at(-1)?.message;
      const said = last ?? `of StorageClass ${spec?.storageClassName ?? "(none)"}`;
      const sentence = `has no volume (${status?.phase ?? "?"}): ${said}`;
      return { rank: ranks.volume, sentence, about: [`PersistentVolumeClaim ${metadata?.name ?? "?"}`] };
    });
}

/** The most useful first, those with one sentence together. */
function merged(findings: readonly Finding[]): Finding[] {
  const bySentence = new Map<string, Finding>();
  for (const finding of [...findings].sort((a, b) => a.rank - b.rank)) {
    const same = bySentence.get(finding.sentence);
    bySentence.set(finding.sentence, same ? { ...same, about: [...same.about, ...finding.about] } : finding);
  }
  return [...bySentence.values()];
}
