/** Arrivals spread over [at, at + binSeconds); a single job has count 1 and binSeconds 0. */
export interface TracePoint {
  /** Seconds since the start of the trace. */
  readonly at: number;
  /** Arrivals in the bin; need not be whole. */
  readonly count: number;
  readonly binSeconds: number;
  /** What the trace says about the work of a single job, in its own unit. */
  readonly size?: number;
}

/** Arrivals in the order of time, from second 0 on. */
export interface Trace {
  readonly name: string;
  /** To the end of the last bin. */
  readonly seconds: number;
  readonly points: readonly TracePoint[];
}

/** The part of a trace from `fromSeconds` on, told from its own second 0. */
export function cutTrace(trace: Trace, { fromSeconds, seconds }: { fromSeconds: number; seconds: number }): Trace {
  const points = trace.points
    .filter(({ at }) => at >= fromSeconds && at < fromSeconds + seconds)
    .map((point) => ({ ...point, at: point.at - fromSeconds }));
  return { ...trace, seconds: Math.min(seconds, trace.seconds - fromSeconds), points };
}

/** Arrivals per second over the whole of it. */
export function meanRate({ points, seconds }: Trace): number {
  return points.reduce((sum, { count }) => sum + count, 0) / seconds;
}

/** More jobs than that do not fit into memory with all that is told of them. */
export const mostJobs = 10_000_000;

/** A sentence about a trace that holds too many jobs; undefined: it does not. */
export function tooManyJobs({ points }: Pick<Trace, "points">): string | undefined {
  const jobs = points.reduce((sum, { count }) => sum + count, 0);
  const most = mostJobs.toLocaleString("en");
  return jobs > mostJobs ? `must hold at most ${most} jobs, not ${Math.round(jobs).toLocaleString("en")}` : undefined;
}
