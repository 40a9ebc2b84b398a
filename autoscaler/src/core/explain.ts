import type { Decision, Proposal } from "./model.ts";
import { reasons } from "./reasons.ts";

/**
 * One sentence (no final stop) that tells what a decision did and why: the text of log lines, Events and the live view.
 * Example: "workflow-worker 4 → 8 (wait asks for 12: backlog 1150 drains in 30 s; ScaleUpLimit: the scale-up policies allow no more for now)".
 */
export function explain(target: string, decision: Decision): string {
  const parts = [...loudest(decision).map(proposalText), ...limitText(decision)];
  const because = parts.length > 0 ? ` (${parts.join("; ")})` : "";
  return `${target} ${change(decision)}${because}`;
}

function change({ currentReplicas, desiredReplicas, direction }: Decision): string {
  return direction === "none" ? `stays at ${currentReplicas}` : `${currentReplicas} → ${desiredReplicas}`;
}

/** The proposals that made the recommendation, and those that could not be made: the rest did not decide. */
function loudest({ proposals, recommendedReplicas }: Decision): readonly Proposal[] {
  // A proposal that cannot say (null) must not match a recommendation that a bound left empty (null).
  const winners = proposals.filter(({ replicas }) => replicas !== null && replicas === recommendedReplicas);
  const silent = proposals.filter(({ replicas }) => replicas === null);
  return [...winners, ...silent];
}

function proposalText({ rule, replicas, reason, detail }: Proposal): string {
  const ask = replicas === null ? "cannot say" : `asks for ${replicas}`;
  return `${rule} ${ask}: ${detail === "" ? reasons[reason] : detail}`;
}

// DesiredWithinRange says that nothing limited the count: no news for a reader.
function limitText({ limitedBy, holds, bounds }: Decision): readonly string[] {
  if (limitedBy === null || limitedBy === "DesiredWithinRange") return [];
  const hold = holds.find(({ reason }) => reason === limitedBy);
  const scheduled = limitedBy === "TooManyReplicas" || limitedBy === "TooFewReplicas" ? scheduleText(bounds) : "";
  return [`${limitedBy}: ${hold?.detail ?? reasons[limitedBy]}${scheduled}`];
}

function scheduleText({ minReplicas, maxReplicas, schedules = [] }: Decision["bounds"]): string {
  return schedules.length === 0 ? "" : ` (${minReplicas} to ${maxReplicas} by schedule ${schedules.join(", ")})`;
}
