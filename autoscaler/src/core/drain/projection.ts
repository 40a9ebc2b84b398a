/** What goes into a queue and comes out of it. Rates in messages per second. */
export interface Flow {
  /** Messages that wait; those being worked on already have their replica. */
  readonly backlog: number;
  readonly arrivalRate: number;
  /** Of one replica. */
  readonly serviceRate: number;
  readonly readyReplicas: number;
  /** Seconds until each starting replica serves, soonest first. */
  readonly readyIn: readonly number[];
}

/**
 * The backlog after `seconds`: arrivals come in, ready replicas serve, starting ones join when they are Ready. A backlog that
 * empties on the way starts again from zero. Counting the starts keeps the rule from ordering the same replica twice:
 * without it each tick of a slow start asks for the same replicas once more.
 */
export function projectBacklog(flow: Flow, seconds: number): number {
  let { backlog, readyReplicas } = flow;
  let at = 0;
  // Strict: whoever joins at the very end has served nothing by then.
  const joins = flow.readyIn.filter((join) => join < seconds);
  for (const join of [...joins, seconds]) {
    // Clamped in each stretch, not at the end: idle time before a join is no credit against the arrivals after it.
    backlog = Math.max(0, backlog + (join - at) * (flow.arrivalRate - flow.serviceRate * readyReplicas));
    at = join;
    readyReplicas++;
  }
  return backlog;
}
