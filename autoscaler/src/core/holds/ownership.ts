import type { Snapshot, TargetSpec } from "../model.ts";
import type { Ownership } from "../state.ts";

/** A write without an answer may still arrive this much later, seconds: no API call is given longer. */
const attemptSeconds = 60;

/** Whose doing the present count is, as far as this target's history tells. */
export interface Owned {
  readonly ownership: Ownership;
  /** An earlier write that turns out to have succeeded. */
  readonly landed?: { readonly at: number; readonly change: number };
}

/**
 * Tells own changes of the count from somebody else's, by the count that was written or seen last; `before` undefined
 * accepts the present count. Other writers (GitOps, kubectl) reset spec.replicas under an autoscaler unseen:
 * kedacore/keda#5572.
 */
export function updateOwnership(before: Ownership | undefined, snapshot: Snapshot, spec: TargetSpec): Owned {
  const { now, currentReplicas } = snapshot;
  // Whoever only observes owns no count: any change there is another's good right.
  if (before === undefined || spec.mode === "observe") return { ownership: { replicas: currentReplicas } };
  const { attempt, replicas } = before;
  const hold = unexpired(before, snapshot, spec);
  if (currentReplicas === replicas) {
    // The old count may still be seen while the write is on its way.
    const open = attempt !== undefined && now - attempt.at < attemptSeconds;
    return { ownership: { replicas, ...hold, ...(open ? { attempt } : {}) } };
  }
  // An answer that was lost, or a leader that ended between its write and its memory of it.
  if (currentReplicas === attempt?.replicas)
    return {
      ownership: { replicas: currentReplicas, ...hold },
      landed: { at: attempt.at, change: currentReplicas - replicas },
    };
  // Each further write begins the hold anew: its writer is still at it.
  const foreignWrite = { at: now, from: replicas, to: currentReplicas };
  return { ownership: { replicas: currentReplicas, ...unexpired({ foreignWrite }, snapshot, spec) } };
}

/** Somebody else's write, as long as it is left alone. */
function unexpired(
  { foreignWrite }: Pick<Ownership, "foreignWrite">,
  { now }: Snapshot,
  { foreignWriteHoldSeconds }: TargetSpec,
): Pick<Ownership, "foreignWrite"> {
  return foreignWrite !== undefined && now - foreignWrite.at < foreignWriteHoldSeconds ? { foreignWrite } : {};
}

/** The ownership when the count `desired` was written. */
export function afterWrite(ownership: Ownership, desired: number): Ownership {
  const { foreignWrite } = ownership;
  return { replicas: desired, ...(foreignWrite === undefined ? {} : { foreignWrite }) };
}

/** The ownership when nobody knows yet whether `desired` was written. */
export function afterAttempt(ownership: Ownership, desired: number, now: number): Ownership {
  return { ...ownership, attempt: { at: now, replicas: desired } };
}
