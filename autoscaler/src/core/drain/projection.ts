export interface Flow {
  readonly backlog: number;
  readonly arrivalRate: number;
  readonly serviceRate: number;
  readonly readyReplicas: number;
  /** Seconds until each starting replica serves, soonest first. */
  readonly readyIn: readonly number[];
}

/**
 * The backlog after `seconds`: arrivals come in, ready replicas serve, starting ones join when they are Ready. A backlog that
 * empties on the way starts again from zero. Counting the starts keeps the rule from ordering the same replica twice.
 */
export function projectBacklog(flow: Flow, seconds: number): number {
  let { backlog, readyReplicas } = flow;
  let at = 0;
  const joins = flow.readyIn.filter((join) => join < seconds);
  for (const join of [...joins, seconds]) {
    backlog = Math.max(0, backlog + (join - at) * (flow.arrivalRate - flow.serviceRate * readyReplicas));
    at = join;
    readyReplicas++;
  }
  return backlog;
}
