/** A pod at one moment. */
export interface PodState {
  readonly name: string;
  readonly uid: string;
  /** Its `app.kubernetes.io/name`. */
  readonly workload: string;
  readonly address: string;
  /** And not about to go. */
  readonly ready: boolean;
  /** Of all its containers since it began. */
  readonly restarts: number;
}

/**
 * Restarts of pods that nobody touched: further ones of a pod that is still there, and pods of a StatefulSet that were replaced.
 * Pods of a Deployment come and go with its count.
 */
export function otherRestarts(
  before: readonly PodState[],
  after: readonly PodState[],
  touched: readonly string[],
): readonly string[] {
  return before.flatMap(({ name, uid, restarts }) => {
    const now = after.find((pod) => pod.name === name);
    if (now === undefined || touched.includes(name)) return [];
    if (now.uid !== uid) return [`${name} was replaced`];
    return now.restarts > restarts ? [`${name} restarted ${now.restarts - restarts} times`] : [];
  });
}

/** What is missing of pods that come back under their names, as a StatefulSet's do: a new one each, and Ready. */
export function notReplaced(before: readonly PodState[], now: readonly PodState[]): readonly string[] {
  return before.flatMap(({ name, uid }) => {
    const pod = now.find((one) => one.name === name);
    if (pod === undefined) return [`${name} is not there`];
    if (pod.uid === uid) return [`${name} has not gone yet`];
    return pod.ready ? [] : [`${name} is not Ready`];
  });
}
