import { setHeaderOptions, PatchStrategy } from "@kubernetes/client-node";
import type { Scene } from "./fault.ts";
import { namespace } from "./pods.ts";
import type { PodState } from "./restarts.ts";

/** What a Deployment lacks: a pod that is to go is still there, or not as many as wanted are Ready; undefined: nothing. */
export async function countMissing(
  { pods, apps }: Pick<Scene, "pods" | "apps">,
  name: string,
  gone: readonly PodState[],
): Promise<string | undefined> {
  const [states, { spec }] = await Promise.all([pods.states(name), apps.readNamespacedDeployment({ name, namespace })]);
  const left = gone.find(({ uid }) => states.some((pod) => pod.uid === uid));
  if (left !== undefined) return `${left.name} has not gone yet`;
  const ready = states.filter((pod) => pod.ready).length;
  const wanted = spec?.replicas ?? 0;
  return ready >= wanted ? undefined : `${ready} of ${wanted} pods of ${name} are Ready`;
}

/** Begins what `kubectl rollout restart` does. */
export async function restart({ apps }: Pick<Scene, "apps">, name: string): Promise<void> {
  const annotations = { "kubectl.kubernetes.io/restartedAt": new Date().toISOString() };
  await apps.patchNamespacedDeployment(
    { name, namespace, body: { spec: { template: { metadata: { annotations } } } } },
    setHeaderOptions("Content-Type", PatchStrategy.StrategicMergePatch),
  );
}

/** What a rollout lacks, in the words of `kubectl rollout status`; undefined: it is complete. */
export async function rolloutMissing({ apps }: Pick<Scene, "apps">, name: string): Promise<string | undefined> {
  const { metadata, spec, status } = await apps.readNamespacedDeployment({ name, namespace });
  const seen = (count: number | undefined): number => count ?? 0;
  if (seen(status?.observedGeneration) < seen(metadata?.generation)) return `the rollout of ${name} has not begun`;
  const wanted = seen(spec?.replicas);
  return rolloutRest(name, {
    wanted,
    updated: seen(status?.updatedReplicas),
    all: seen(status?.replicas),
    available: seen(status?.availableReplicas),
  });
}

interface RolloutCounts {
  readonly wanted: number;
  readonly updated: number;
  readonly all: number;
  readonly available: number;
}

function rolloutRest(name: string, { wanted, updated, all, available }: RolloutCounts): string | undefined {
  if (updated < wanted) return `${updated} of ${wanted} pods of ${name} are new`;
  if (all > updated) return `${all - updated} old pods of ${name} are left`;
  return available < updated ? `${available} of ${wanted} pods of ${name} are available` : undefined;
}
