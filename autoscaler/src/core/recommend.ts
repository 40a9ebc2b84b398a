import type { Proposal, Signals } from "./model.ts";
import type { Reason } from "./reasons.ts";
import { whyNotFresh } from "./signal.ts";

/** The count that all rules together ask for, before any window. */
export interface Recommended {
  readonly replicas: number;
  readonly reasons: readonly Reason[];
}

/**
 * The highest proposal wins, as in the HPA. While any signal is not fresh or any rule cannot say, the count may hold or
 * rise, never fall: a metric API that is away has scaled others to nothing (kedacore/keda#1850, #2244,
 * kubernetes/kubernetes#104387).
 */
export function recommend(proposals: readonly Proposal[], signals: Signals, currentReplicas: number): Recommended {
  const counted = proposals.filter((proposal) => proposal.replicas !== null);
  // Not recommended as 0 and not as the minimum: nobody has said anything.
  if (counted.length === 0) return { replicas: currentReplicas, reasons: ["NoProposal"] };
  const highest = Math.max(...counted.map((proposal) => proposal.replicas ?? 0));
  const winners = counted.filter((proposal) => proposal.replicas === highest).map((proposal) => proposal.reason);
  const unknown =
    counted.length < proposals.length || Object.values(signals).some((signal) => whyNotFresh(signal) !== undefined);
  if (unknown && highest < currentReplicas) return { replicas: currentReplicas, reasons: ["SignalNotFresh"] };
  return { replicas: highest, reasons: [...new Set(winners)] };
}
