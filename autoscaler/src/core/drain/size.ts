import type { DrainRule } from "../model.ts";
import type { Reason } from "../reasons.ts";
import type { DrainState } from "../state.ts";
import { duesAhead, meetsDeadlines, replicasShort, type Demand, type Supply } from "./deadlines.ts";
import { isBudgetShort } from "./lateness.ts";
import { levelsUpTo, reserveOf } from "./reserve.ts";

/** A count below which a rule does not go. */
export interface Floor {
  readonly replicas: number;
  readonly reason: Reason;
  /** For the person who asks why. */
  readonly why: string;
}

/** All that a size follows from, besides what was learned. */
export interface Sizing {
  readonly demand: Demand;
  readonly supply: Supply;
  readonly currentReplicas: number;
  /** Ordered, and not Ready long after they should have been. */
  readonly overdueReplicas: number;
  readonly floors: readonly Floor[];
  readonly rule: Pick<DrainRule, "headroom" | "lateShare" | "without">;
}

/** A whole count, not yet clamped by any bound. */
export interface Size {
  readonly replicas: number;
  readonly reason: Reason;
  /** By the deadlines alone. */
  readonly needed: number;
  /** What raised it above that. */
  readonly why?: string;
}

/** The lowest count that meets all deadlines, raised to the floors; the highest floor gives the reason. */
export function sizeFor(sizing: Sizing, learned: DrainState): Size {
  const needed = neededFor(sizing);
  if (needed > sizing.currentReplicas && isStuck(sizing)) return stuck(sizing, needed);
  const floors = [...sizing.floors, ...ownFloors(sizing, learned)];
  // The first of equals: what is unknown is more to know than what would have been kept anyway.
  const highest = floors.reduce<Floor | undefined>(
    (best, floor) => (floor.replicas > (best?.replicas ?? needed) ? floor : best),
    undefined,
  );
  if (highest !== undefined) return { ...highest, needed };
  return { replicas: needed, reason: needed > sizing.currentReplicas ? "DrainBacklog" : "OfferedLoad", needed };
}

/** More than half as many do not get Ready as serve: what keeps them keeps the next ones too. */
function isStuck({ overdueReplicas, supply }: Sizing): boolean {
  return overdueReplicas > 0 && 2 * overdueReplicas > supply.readyReplicas;
}

function stuck({ currentReplicas, overdueReplicas }: Sizing, needed: number): Size {
  const why = `${overdueReplicas} ordered before are not Ready in time`;
  return { replicas: currentReplicas, reason: "StartsOverdue", needed, why };
}

function neededFor({ demand, supply, currentReplicas }: Sizing): number {
  // A hair below a whole number is that number: 3.0000000000000004 replicas are 3.
  const short = Math.ceil(replicasShort(demand, supply) - 1e-9);
  if (short > 0) return currentReplicas + short;
  const dues = duesAhead(demand);
  const isEnough = (count: number): boolean => meetsDeadlines(demand, fewer(supply, count), dues);
  let [enough, tooFew] = [currentReplicas, -1];
  // Nearly always it is one replica too few already.
  for (let middle = currentReplicas - 1; enough - tooFew > 1; middle = Math.floor((enough + tooFew) / 2)) {
    if (isEnough(middle)) enough = middle;
    else tooFew = middle;
  }
  return enough;
}

/** What is left when only `count` replicas stay: those that are starting go first, the newest before the others. */
function fewer({ readyReplicas, idleReplicas, readyIn }: Supply, count: number): Supply {
  return {
    readyReplicas: Math.min(count, readyReplicas),
    // Idle ones go before busy ones.
    idleReplicas: Math.max(0, idleReplicas - Math.max(0, readyReplicas - count)),
    readyIn: readyIn.slice(0, Math.max(0, count - readyReplicas)),
  };
}

function ownFloors({ demand, rule }: Sizing, learned: DrainState): Floor[] {
  const { arrivals, serviceRate } = demand;
  const load = arrivals.steady / serviceRate;
  const { headroom, lateShare, without = [] } = rule;
  const floors: Floor[] = [];
  if (headroom > 0) {
    // Square-root staffing: Halfin and Whitt, 1981.
    const replicas = Math.ceil(load + headroom * Math.sqrt(load) - 1e-9);
    floors.push({ replicas, reason: "OfferedLoad", why: `headroom is ${headroom}` });
  }
  if (learned.reserve !== undefined && isBudgetShort(learned.lateness, lateShare) && !without.includes("reserve")) {
    const levels = learned.reserve.levels.length + 1;
    const replicas = reserveOf(learned.reserve, lateShare, levelsUpTo(Infinity, levels));
    floors.push({ replicas, reason: "Reserve", why: `recent bursts need ${replicas} from the start` });
  }
  return floors;
}
