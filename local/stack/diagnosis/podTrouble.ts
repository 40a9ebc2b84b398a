import type { CoreV1Event, V1ContainerStatus, V1Pod } from "@kubernetes/client-node";
import { containerTrouble, type ContainerView } from "./containerTrouble.ts";
import { ranks, type Trouble } from "./trouble.ts";

/** Reasons of Events that say why a kubelet has not begun a pod. */
const mountReasons = ["FailedMount", "FailedAttachVolume", "FailedMapVolume"];
const startReasons = ["FailedCreatePodSandBox", "FailedPostStartHook", "NetworkNotReady", "FailedSync"];

/** Why a pod is not well, given the Events about it, oldest first; undefined when it is well. */
export function podTrouble(pod: V1Pod, events: readonly CoreV1Event[]): Trouble | undefined {
  const { status } = pod;
  if (status?.phase === "Succeeded" || isReady(pod)) return undefined;
  return unscheduled(pod) ?? evicted(pod) ?? containers(pod, events) ?? notBegun(events) ?? waits(pod);
}

function isReady({ metadata, status }: V1Pod): boolean {
  if (metadata?.deletionTimestamp !== undefined) return false;
  return status?.conditions?.some(({ type, status: value }) => type === "Ready" && value === "True") ?? false;
}

function unscheduled({ status }: V1Pod): Trouble | undefined {
  const scheduled = status?.conditions?.find(({ type }) => type === "PodScheduled");
  if (scheduled?.status !== "False") return undefined;
  // The scheduler's sentence names the claim; what keeps the claim is another trouble.
  const said = scheduled.message ?? scheduled.reason ?? "no reason given";
  return { rank: ranks.unschedulable, sentence: `is not scheduled: ${said}` };
}

function evicted({ status }: V1Pod): Trouble | undefined {
  if (status?.phase !== "Failed" || status.reason === undefined) return undefined;
  return { rank: ranks.crash, sentence: `failed: ${status.reason}${status.message ? `: ${status.message}` : ""}` };
}

/** The worst of its containers; init containers first, since the others cannot begin before them. */
function containers({ spec, status }: V1Pod, events: readonly CoreV1Event[]): Trouble | undefined {
  const view = (one: V1ContainerStatus, init: boolean): ContainerView => ({
    status: one,
    spec: [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])].find(({ name }) => name === one.name),
    init,
    probes: events
      .filter(
        ({ reason, involvedObject }) => reason === "Unhealthy" && involvedObject.fieldPath?.includes(`{${one.name}}`),
      )
      .flatMap(({ message }) => message ?? []),
  });
  const views = [
    ...(status?.initContainerStatuses ?? []).map((one) => view(one, true)),
    ...(status?.containerStatuses ?? []).map((one) => view(one, false)),
  ];
  const [worst] = views
    .flatMap((one) => containerTrouble(one) ?? [])
    // Waiting for its turn is no trouble.
    .filter(({ rank }) => rank !== ranks.starting)
    .sort((a, b) => a.rank - b.rank);
  return worst;
}

function notBegun(events: readonly CoreV1Event[]): Trouble | undefined {
  const last = (reasons: readonly string[]): string | undefined =>
    events.filter(({ reason }) => reasons.includes(reason ?? "")).at(-1)?.message;
  const mount = last(mountReasons);
  if (mount !== undefined) return { rank: ranks.volume, sentence: `does not get its volumes: ${mount}` };
  const start = last(startReasons);
  return start === undefined ? undefined : { rank: ranks.configuration, sentence: `cannot be started: ${start}` };
}

function waits(pod: V1Pod): Trouble {
  if (pod.metadata?.deletionTimestamp !== undefined) return { rank: ranks.ending, sentence: "is ending" };
  const gate = missingGate(pod);
  if (gate !== undefined) return { rank: ranks.probe, sentence: `waits for its readiness gate ${gate}` };
  const node = pod.spec?.nodeName;
  const sentence = node === undefined ? "has not been looked at by the scheduler" : `is being started by ${node}`;
  return { rank: ranks.starting, sentence };
}

/** The gate that alone keeps a pod from being ready. */
function missingGate({ spec, status }: V1Pod): string | undefined {
  const met = status?.conditions?.filter((one) => one.status === "True").map(({ type }) => type) ?? [];
  if (!met.includes("ContainersReady")) return undefined;
  return spec?.readinessGates?.map(({ conditionType }) => conditionType).find((type) => !met.includes(type));
}
