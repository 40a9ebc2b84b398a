import type { Backlog } from "./arrivalHistory.ts";
import type { ArrivalRates } from "./arrivalRate.ts";

/** Replicas that serve or will. */
export interface Supply {
  readonly readyReplicas: number;
  /** Of them, those that hold no message. */
  readonly idleReplicas: number;
  /** Seconds until each starting replica serves, soonest first. */
  readonly readyIn: readonly number[];
}

/** What decides how many replicas the deadlines need. Seconds from now. */
export interface Demand {
  readonly backlog: Backlog;
  readonly arrivals: ArrivalRates;
  /** Messages one replica finishes per second. */
  readonly serviceRate: number;
  /** Until a replica ordered now serves. */
  readonly readinessDelaySeconds: number;
  /** In which a message has to begin after it was published, margin taken off. */
  readonly dueSeconds: number;
  /** Readiness delays to look ahead before a replica is taken away: a new start costs one, and has to be worth it. */
  readonly delaysAhead: number;
  /** At least so long new replicas must have to serve what is due, or hundreds would be started for a moment. */
  readonly shortestServingSeconds: number;
}

/** Messages that have to have begun by a time, seconds from now. */
export interface Due {
  readonly by: number;
  readonly messages: number;
}

/** Deadlines of the waiting messages that are looked at, evenly from the oldest to the youngest. */
const pastPoints = 16;

/** Deadlines of the arrivals to come that are looked at. */
const comingPoints = 8;

/** An order that is placed one tick later helps so much later. */
const reactionSeconds = 7;

/**
 * The maximum wait without the margin: 15 % of it, or a quarter of the readiness delay and a tick. Starts take longer than the
 * mean by about that share, and nobody can order what would make up for it. `beginsPerSecond`: of all ready replicas together,
 * since the next message begins only when some replica has finished one; Infinity where that does not matter.
 */
export function dueSeconds(maxWaitSeconds: number, readinessDelaySeconds: number, beginsPerSecond = Infinity): number {
  const margin = Math.max(0.15 * maxWaitSeconds, 0.25 * readinessDelaySeconds + 2);
  return Math.max(0, maxWaitSeconds - margin - 1 / beginsPerSecond);
}

/** A fifth of the wait, or a third of the readiness delay: then a start costs at most three times the work it does. */
export function shortestServingSeconds(maxWaitSeconds: number, readinessDelaySeconds: number): number {
  return Math.max(0.2 * maxWaitSeconds, 0.3 * readinessDelaySeconds);
}

/**
 * Replicas to order now, not rounded; 0 or less: none. A message published at s (negative: already waiting) begins in time
 * if by s + D all published until s could begin: x(s) = (N(s) − S(s + D)) ÷ max(1, μ (s + D − L)), and the largest x(s) decides.
 * N: messages published until s that still have to begin; S: those that the replicas there are can begin by then. The 1 is the
 * message that a new replica begins at once, however long it takes: never more replicas are ordered than there are messages. Only
 * deadlines after L are looked at, since no order changes the others, and none later than the next order can still meet.
 * Source: the backlog cap of Lin et al. (2013) and earliest-deadline feasibility, which for one deadline is first come, first served.
 */
export function replicasShort(demand: Demand, supply: Supply): number {
  const { readinessDelaySeconds: delay, dueSeconds: due, shortestServingSeconds: serving, serviceRate } = demand;
  const coming = comingWithin(demand);
  const shortBy = ({ by, messages }: Due): number =>
    (messages - begunBy(supply, by, serviceRate)) / Math.max(1, serviceRate * (by - delay));
  // The first deadline that an order can still meet, and all that is overdue by then.
  const first = delay + serving;
  let most = shortBy({ by: first, messages: publishedBy(demand, first - due, coming) });
  for (const one of duesWithin(demand, coming + delay + reactionSeconds)) {
    if (one.by > first) most = Math.max(most, shortBy(one));
  }
  return most;
}

/** Deadlines that have to be met before a replica may go: those of the arrivals of the next readiness delays too. */
export function duesAhead(demand: Demand): readonly Due[] {
  return duesWithin(demand, demand.delaysAhead * demand.readinessDelaySeconds + reactionSeconds);
}

/** Whether the replicas there are meet all deadlines. */
export function meetsDeadlines({ serviceRate }: Demand, supply: Supply, dues: readonly Due[]): boolean {
  // What is overdue counts as due at once.
  return dues.every(({ by, messages }) => messages <= begunBy(supply, Math.max(by, 0.5), serviceRate) + 1e-9);
}

/** Seconds of arrivals that have to be ordered for now: those whose deadline comes before the next order could help. */
function comingWithin({ readinessDelaySeconds, dueSeconds: due }: Demand): number {
  return Math.max(0, readinessDelaySeconds + reactionSeconds - due);
}

/** Deadlines of what waits, and of what arrives in the next `ahead` seconds, soonest first. */
function duesWithin(demand: Demand, ahead: number): Due[] {
  const { dueSeconds: due } = demand;
  const coming = comingWithin(demand);
  const dues: Due[] = [];
  const add = (at: number): unknown => dues.push({ by: at + due, messages: publishedBy(demand, at, coming) });
  // Without a backlog no deadline of the past is left.
  if (demand.backlog.waiting > 0) for (let i = 0; i < pastPoints; i++) add(-due * (1 - i / pastPoints));
  for (let i = 0; i <= comingPoints; i++) add((ahead * i) / comingPoints);
  return dues;
}

/** Messages published until `at` seconds from now that still have to begin. */
function publishedBy({ backlog, arrivals }: Demand, at: number, coming: number): number {
  if (at < 0) return backlog.olderThan(-at);
  // A burst is taken to last for as long as nothing else can be done about it, not longer.
  const burst = Math.min(at, coming);
  return backlog.waiting + arrivals.burst * burst + arrivals.steady * (at - burst);
}

/** Messages that the replicas can begin within the next `seconds`; who holds none begins one at once. */
function begunBy({ readyReplicas, idleReplicas, readyIn }: Supply, seconds: number, serviceRate: number): number {
  const each = serviceRate * seconds;
  let begun = (readyReplicas - idleReplicas) * each + idleReplicas * Math.max(1, each);
  for (const join of readyIn) {
    if (join >= seconds) break;
    begun += Math.max(1, serviceRate * (seconds - join));
  }
  return begun;
}
