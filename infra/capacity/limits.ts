import { assumptions, perUser, workersFor } from "./demand.ts";
import type { Sizing } from "../sizing.ts";
import { maxConnections, poolLimits } from "./pools.ts";

/** Bounds of the platform that do not follow from a size. */
export const platformLimits = {
  /** Of the HPA of the strategy, for every size. */
  apiGatewayMaxReplicas: 20,
  requestsPerSecondPerGateway: 1000,
  /** Of the autoscaler's target workflow-worker. */
  workerMaxReplicas: 60,
  /** Of the cluster autoscaler. */
  maxNodes: 50,
  /** A disk that is fuller leaves no room for write-ahead logs, bloat and the time until it has grown. */
  storageFill: 0.8,
} as const;

/** What a node of the general group gives to pods: m7i.2xlarge (8 cores, 32 GiB) less the system's share. */
export const node = { cpu: 7.5, memoryGi: 28 } as const;

/** Something that runs out at a number of users. */
export interface Limit {
  readonly name: string;
  readonly users: number;
  /** The arithmetic, for the person who is refused. */
  readonly reason: string;
}

/** All limits of a size, the first that is reached first. */
export function limitsOf(sizing: Sizing): Limit[] {
  return [storage(sizing), gateway(), workers(), connections(sizing), nodes(sizing)].toSorted(
    (a, b) => a.users - b.users,
  );
}

function storage({ postgres }: Sizing): Limit {
  const { storageFill } = platformLimits;
  const users = Math.floor((postgres.storageGi * 2 ** 30 * storageFill) / (perUser.storageMB * 1e6));
  return {
    name: "PostgreSQL storage",
    users,
    reason: `${postgres.storageGi} GiB x ${storageFill} / ${perUser.storageMB} MB a user = ${users} users`,
  };
}

function gateway(): Limit {
  const { apiGatewayMaxReplicas: replicas, requestsPerSecondPerGateway: each } = platformLimits;
  const { peakFactor } = assumptions;
  const users = Math.floor((replicas * each * 86_400) / (perUser.apiRequestsPerDay * peakFactor));
  return {
    name: "api-gateway replicas",
    users,
    reason: `${replicas} replicas x ${each} requests/s / (${perUser.apiRequestsPerDay} requests a day x ${peakFactor} at the peak) = ${users} users`,
  };
}

function workers(): Limit {
  const { workerMaxReplicas } = platformLimits;
  const { daysPerMonth, peakFactor } = assumptions;
  const perSecond = (users: number): number =>
    ((users * perUser.executionsPerMonth) / (daysPerMonth * 86_400)) * peakFactor;
  const users = largest((count) => workersFor(perSecond(count)) <= workerMaxReplicas);
  return {
    name: "workflow-worker replicas",
    users,
    reason: `${workerMaxReplicas} replicas carry ${perSecond(users).toFixed(1)} executions/s at the peak = ${users} users`,
  };
}

/** PgBouncer's connections stay the same however many users there are; n8n connects by itself and grows with them. */
function connections({ users: planned, postgres, workflowService: { replicas } }: Sizing): Limit {
  const { all, perN8nProcess, reserved } = poolLimits;
  const allowed = maxConnections(postgres.memoryGi);
  // Both databases of PgBouncer, which are one server where there is no replica.
  const processes = Math.floor((allowed - 2 * all - reserved) / perN8nProcess);
  const users = Math.floor((processes / replicas) * planned);
  return {
    name: "RDS max_connections",
    users,
    reason: `${allowed} connections - 2 x ${all} of PgBouncer - ${reserved} reserved carry ${processes} n8n processes of ${perN8nProcess} = ${users} users`,
  };
}

/** Beyond the size's own users its stateless tiers grow with them. */
function nodes(sizing: Sizing): Limit {
  const { maxNodes } = platformLimits;
  const users = largest((count) => nodesFor(sizing, count) <= maxNodes);
  return { name: "nodes", users, reason: `${maxNodes} nodes carry the pods of ${users} users` };
}

/** Nodes for all pods of a size at a number of users; the data layer does not grow with them. */
export function nodesFor(sizing: Sizing, users: number): number {
  const { frontend, apiGateway, workflowService, redis, rabbitmq } = sizing;
  const growth = Math.max(1, users / sizing.users);
  const tiers = [frontend, apiGateway, workflowService].map(({ cpu, memoryGi, replicas }) => {
    const count = Math.ceil(replicas * growth);
    return { cpu: cpu * count, memoryGi: memoryGi * count };
  });
  const data = [redis, rabbitmq].map(({ cpu, memoryGi, nodes: count }) => ({
    cpu: cpu * count,
    memoryGi: memoryGi * count,
  }));
  const all = [...tiers, ...data];
  const cpu = all.reduce((sum, one) => sum + one.cpu, 0);
  const memoryGi = all.reduce((sum, one) => sum + one.memoryGi, 0);
  return Math.ceil(Math.max(cpu / node.cpu, memoryGi / node.memoryGi));
}

/** The largest whole number for which a condition holds that holds for all smaller ones. */
function largest(holds: (count: number) => boolean): number {
  let low = 1;
  let high = 2;
  while (holds(high)) high *= 2;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (holds(middle)) low = middle;
    else high = middle;
  }
  return low;
}
