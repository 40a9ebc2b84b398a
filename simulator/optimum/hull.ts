/** Replicas' hours at a share of late jobs, for one price of a late job. */
export interface FrontierPoint {
  /** Pod-seconds for each late job; Infinity: none may be late. */
  readonly price: number;
  /** Late jobs ÷ all jobs. */
  readonly lateShare: number;
  readonly podHours: number;
}

/**
 * Pod-hours of the optimum at a share of late jobs: on the lower convex hull of the frontier, below which no schedule lies;
 * beyond its ends the end. Undefined for an empty frontier.
 */
export function podHoursAt(frontier: readonly FrontierPoint[], lateShare: number): number | undefined {
  const hull = lowerHull(frontier);
  const right = hull.findIndex((point) => point.lateShare >= lateShare);
  if (right < 0) return hull.at(-1)?.podHours;
  const [to, from] = [hull[right] as FrontierPoint, hull[right - 1]];
  if (from === undefined) return to.podHours;
  const part = (lateShare - from.lateShare) / (to.lateShare - from.lateShare);
  return from.podHours + part * (to.podHours - from.podHours);
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
