/** Replicas' hours at a share of late jobs, for one price of a late job. */
export interface FrontierPoint {
  /** Pod-seconds for each late job; Infinity: none may be late. */
  readonly price: number;
  /** Late jobs ÷ all jobs. */
  readonly lateShare: number;
  readonly podHours: number;
}

/** Shares of late jobs that differ by less are the same. */
const hair = 1e-9;

/**
 * Pod-hours of the optimum at a share of late jobs: on the lower convex hull of the frontier, below which no schedule lies. Beyond its
 * right end those of the end, which are more than the optimum's (`isBeyond`). Undefined where even the first point is later: no schedule
 * is known to be that punctual.
 */
export function podHoursAt(frontier: readonly FrontierPoint[], lateShare: number): number | undefined {
  const hull = lowerHull(frontier);
  const right = hull.findIndex((point) => point.lateShare >= lateShare);
  if (right < 0) return hull.at(-1)?.podHours;
  const [to, from] = [hull[right] as FrontierPoint, hull[right - 1]];
  if (from === undefined) return to.lateShare <= lateShare + hair ? to.podHours : undefined;
  const part = (lateShare - from.lateShare) / (to.lateShare - from.lateShare);
  return from.podHours + part * (to.podHours - from.podHours);
}

/** Whether more jobs are late than at the frontier's lowest price: a ratio to `podHoursAt` is at least what it comes to. */
export function isBeyond(frontier: readonly FrontierPoint[], lateShare: number): boolean {
  const last = lowerHull(frontier).at(-1);
  return last !== undefined && lateShare > last.lateShare + hair;
}

/** The points that no line between two others passes below, by rising share and falling hours. */
function lowerHull(points: readonly FrontierPoint[]): readonly FrontierPoint[] {
  const hull: FrontierPoint[] = [];
  for (const point of [...points].sort((a, b) => a.lateShare - b.lateShare || a.podHours - b.podHours)) {
    if (point.podHours >= (hull.at(-1)?.podHours ?? Infinity)) continue;
    while (hull.length > 1 && !turnsUp(hull.at(-2) as FrontierPoint, hull.at(-1) as FrontierPoint, point)) hull.pop();
    hull.push(point);
  }
  return hull;
}

function turnsUp(a: FrontierPoint, b: FrontierPoint, c: FrontierPoint): boolean {
  return (
    (b.lateShare - a.lateShare) * (c.podHours - a.podHours) > (c.lateShare - a.lateShare) * (b.podHours - a.podHours)
  );
}
