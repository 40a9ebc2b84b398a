import { sizes, sizing, type Size } from "../sizing.ts";
import { demandOf, type Demand } from "./demand.ts";
import { limitsOf, nodesFor, type Limit } from "./limits.ts";

export interface Plan {
  readonly demand: Demand;
  /** The smallest size that carries the demand; beyond what the strategy planned for, the largest. */
  readonly size: Size;
  /** How much more than the size's own users: its stateless tiers grow by this factor, at least 1. */
  readonly growth: number;
  readonly replicas: Readonly<Record<"frontend" | "apiGateway" | "workflowService" | "workflowWorker", number>>;
  readonly nodes: number;
  /** Of the size, the first that is reached first. */
  readonly limits: readonly Limit[];
  /** The limits that so many users are beyond: this platform does not carry them. */
  readonly exceeded: readonly Limit[];
}

/** What it takes to carry `users` users; a whole number from 1. */
export function planFor(users: number): Plan {
  const demand = demandOf(users);
  const size = sizes.find((one) => whyTooSmall(users, one) === undefined) ?? "large";
  const { frontend, apiGateway, workflowService, users: planned } = sizing[size];
  const growth = Math.max(1, users / planned);
  const grown = (replicas: number): number => Math.ceil(replicas * growth);
  const limits = limitsOf(sizing[size]);
  return {
    demand,
    size,
    growth,
    replicas: {
      frontend: grown(frontend.replicas),
      apiGateway: grown(apiGateway.replicas),
      workflowService: grown(workflowService.replicas),
      workflowWorker: demand.workers,
    },
    nodes: nodesFor(sizing[size], users),
    limits,
    exceeded: limits.filter((limit) => users > limit.users),
  };
}

/** Why a size does not carry so many users, with the arithmetic; undefined when it does. The largest may grow beyond its own users. */
export function whyTooSmall(users: number, size: Size): string | undefined {
  const planned = sizing[size].users;
  const exceeded = limitsOf(sizing[size]).find((limit) => users > limit.users);
  if (exceeded !== undefined) return `${size} carries fewer than ${users} users: ${exceeded.name}: ${exceeded.reason}`;
  if (size === "large" || users <= planned) return undefined;
  return `${size} is planned for ${planned} users, found ${users}`;
}
