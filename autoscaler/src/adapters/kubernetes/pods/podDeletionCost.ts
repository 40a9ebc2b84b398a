import { PatchStrategy, setHeaderOptions } from "@kubernetes/client-node";
import type { CoreV1Api } from "@kubernetes/client-node";
import type { Clock } from "../../../ports/clock.ts";
import type { ScaleIn } from "../../../ports/scaleIn.ts";
import { ScaleError } from "../../../ports/scaleTarget.ts";
import { describeApiError, statusCode } from "../api/apiError.ts";
import { callOptions } from "../api/client.ts";
import { costAnnotation, markAnnotation } from "./pod.ts";
import type { CachedPod } from "./pod.ts";
import type { ScaleTargetRef } from "../workload/workload.ts";

const totalSeconds = 2;
const maxParallel = 8;
const offSeconds = 600;
/** Below the 0 of a pod without a cost, so that the ReplicaSet controller removes it first. */
const idleCost = "-1";

/** Pod address → messages delivered to it and not acknowledged yet; an absent address is one of which that is unknown. */
export type Unacknowledged = (signal: AbortSignal) => Promise<ReadonlyMap<string, number>>;

export interface PodDeletionCostOptions {
  readonly api: CoreV1Api;
  readonly clock: Clock;
  readonly ref: ScaleTargetRef;
  readonly pods: { list(): readonly CachedPod[] | undefined };
  readonly unacknowledgedByAddress: Unacknowledged;
  /** Whether this process may write; asked right before each write. */
  readonly mayWrite: () => boolean;
  readonly onNotice: (notice: string) => void;
}

interface Change {
  readonly pod: CachedPod;
  /** Null takes the annotation away. */
  readonly cost: string | null;
}

type Outcome = "patched" | "changed" | "late";

/** Marks the pods that hold no messages by the annotation which the ReplicaSet controller goes by when it chooses whom to remove. */
export class PodDeletionCost implements ScaleIn {
  readonly #options: PodDeletionCostOptions;
  #offUntil = -Infinity;

  constructor(options: PodDeletionCostOptions) {
    this.#options = options;
  }

  async prepare(signal: AbortSignal): Promise<string> {
    const { clock, ref, pods, unacknowledgedByAddress } = this.#options;
    if (ref.kind === "StatefulSet") return "a StatefulSet removes its last pods, whatever they hold";
    if (clock.now() < this.#offUntil) return "annotating pods is forbidden and switched off for 10 minutes";
    const limited = AbortSignal.any([signal, AbortSignal.timeout(totalSeconds * 1000)]);
    const unacknowledged = await unacknowledgedByAddress(limited);
    const listed = pods.list();
    if (listed === undefined) throw new Error("the target's pods are not known");
    const ready = listed.filter((pod) => pod.ready && !pod.terminating);
    // Without a consumer that the broker knows, a pod is not idle: its state is unknown.
    const idle = new Set(ready.filter(({ address }) => unacknowledged.get(address) === 0));
    const unknown = ready.filter(({ address }) => !unacknowledged.has(address)).length;
    const changes = ready.map((pod) => changeOf(pod, idle.has(pod))).filter((change) => change !== undefined);
    const outcomes = await this.#apply(changes, limited).catch((error: unknown) => this.#switchOff(error));
    if (typeof outcomes === "string") return outcomes;
    return describe({ ready: ready.length, idle: idle.size, unknown }, outcomes);
  }

  /** Rejects at the first refusal that concerns all pods, and patches no more then. */
  async #apply(changes: readonly Change[], signal: AbortSignal): Promise<readonly Outcome[]> {
    const outcomes: Outcome[] = [];
    const left = [...changes];
    const work = async () => {
      for (let change = left.pop(); change !== undefined; change = left.pop())
        outcomes.push(signal.aborted ? "late" : await this.#patch(change, signal));
    };
    await Promise.all(Array.from({ length: maxParallel }, work)).finally(() => (left.length = 0));
    return outcomes;
  }

  async #patch({ pod, cost }: Change, signal: AbortSignal): Promise<Outcome> {
    const { api, mayWrite, ref } = this.#options;
    const { namespace } = ref;
    const fence = () => {
      if (!mayWrite())
        throw new ScaleError("notLeader", `annotate pod ${namespace}/${pod.name}: this process may not write`);
    };
    const annotations = { [costAnnotation]: cost, [markAnnotation]: cost };
    // The version guards a cost that somebody else has written meanwhile.
    const body = { metadata: { resourceVersion: pod.metadata.resourceVersion, annotations } };
    const options = callOptions(signal, totalSeconds, fence);
    try {
      await api.patchNamespacedPod(
        { name: pod.name, namespace, body },
        setHeaderOptions("Content-Type", PatchStrategy.MergePatch, options),
      );
      return "patched";
    } catch (error) {
      if (signal.aborted) return "late";
      // The next preparation sees it as it is by then.
      if (statusCode(error) === 409 || statusCode(error) === 404) return "changed";
      throw error;
    }
  }

  #switchOff(error: unknown): string {
    const { clock, ref, onNotice } = this.#options;
    if (error instanceof ScaleError) throw error;
    if (statusCode(error) !== 403) throw new Error(`annotate pods: ${describeApiError(error)}`, { cause: error });
    this.#offUntil = clock.now() + offSeconds;
    onNotice(`pods of namespace ${ref.namespace} may not be patched: idle ones are not removed first`);
    return `annotating pods is forbidden, so it is switched off for 10 minutes: ${describeApiError(error)}`;
  }
}

/** Undefined when the pod is as it should be, or has a cost that is somebody else's. */
function changeOf(pod: CachedPod, idle: boolean): Change | undefined {
  const { cost, mark } = pod.deletionCost;
  const isOurs = cost !== undefined && cost === mark;
  if (cost !== undefined && !isOurs) return undefined;
  if (idle) return cost === idleCost ? undefined : { pod, cost: idleCost };
  return isOurs ? { pod, cost: null } : undefined;
}

function describe(pods: { ready: number; idle: number; unknown: number }, outcomes: readonly Outcome[]): string {
  const { ready, idle, unknown } = pods;
  const count = (outcome: Outcome) => outcomes.filter((one) => one === outcome).length;
  const parts = [`${idle} of ${ready} pods idle`];
  // A proxy or another network between the pods and the broker shows so.
  if (unknown === ready) parts[0] = `no consumer's address is that of one of the ${ready} pods`;
  else if (unknown > 0) parts.push(`${unknown} unknown`);
  parts.push(`${count("patched")} annotations patched`);
  if (count("changed") > 0) parts.push(`${count("changed")} pods changed meanwhile`);
  if (count("late") > 0) parts.push(`${count("late")} not patched within ${totalSeconds} s`);
  return parts.join(", ");
}
