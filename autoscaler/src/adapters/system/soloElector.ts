import type { LeaderElector } from "../../ports/leaderElector.ts";

/** Leads always: for a process that has no other beside it. */
export const soloElector: LeaderElector = {
  isLeader: () => true,
  // No lease is kept, so nobody is named as its holder.
  holder: () => undefined,
  // One term, as long as the process: it ends with the campaign.
  run: (lead, signal) => lead(signal),
};
