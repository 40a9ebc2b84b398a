import { hostOf, ports, workloads } from "../../naming.ts";

/** Three masters are the least of which a majority survives one; what is beyond them are their replicas, one each. */
const masters = 3;

/**
 * Replicas of each master in a cluster of so many members.
 * @throws {RangeError} for a number of members that makes no cluster
 */
export function replicasPerMaster(nodes: number): number {
  if (nodes === 1) return 0;
  if (nodes >= masters && nodes % masters === 0) return nodes / masters - 1;
  throw new RangeError(`redis.nodes: must be 1 or a multiple of ${masters}, found ${nodes}`);
}

export const memberDomain = hostOf(workloads.redis);

/** Host and port of every member; a client needs one that answers. */
export const membersOf = (nodes: number): string[] =>
  Array.from({ length: nodes }, (_, index) => `${workloads.redis}-${index}.${memberDomain}:${ports.redis}`);
