import type { Scenario, Workload } from "../model.ts";

/** Jobs per second that a replica finishes when all its slots are busy. */
export function capacityOf(
  { slotsPerReplica }: Scenario,
  { meanServiceSeconds }: Pick<Workload, "meanServiceSeconds">,
): number {
  return slotsPerReplica / meanServiceSeconds;
}
