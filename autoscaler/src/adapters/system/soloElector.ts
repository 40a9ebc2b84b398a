import type { LeaderElector } from "../../ports/leaderElector.ts";

/** Leads always: for a process that has no other beside it. */
export const soloElector: LeaderElector = {
  isLeader: () => true,
  holder: () => undefined,
  run: (lead, signal) => lead(signal),
};
