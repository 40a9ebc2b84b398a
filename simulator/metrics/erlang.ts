/**
 * Erlang's C: the share of jobs that find all servers busy, at an offered load in erlangs, for Poisson arrivals and exponential
 * service times. 1 where the servers do not carry the load.
 *
 * By the recursion of Erlang's B, which is stable: B(n) = a B(n−1) ÷ (n + a B(n−1)), C = B ÷ (1 − (a ÷ n)(1 − B)); see Cooper,
 * "Introduction to Queueing Theory", 1981, chapter 3.
 */
export function erlangC(load: number, servers: number): number {
  if (load === 0) return 0;
  if (servers <= load) return 1;
  let blocked = 1;
  for (let n = 1; n <= servers; n++) blocked = (load * blocked) / (n + load * blocked);
  return blocked / (1 - (load / servers) * (1 - blocked));
}

/** A stream of jobs and how long they may wait. Rates in jobs a second. */
export interface Stream {
  readonly arrivalRate: number;
  readonly meanServiceSeconds: number;
  readonly maxWaitSeconds: number;
}

/** The share of jobs that waits longer than allowed, with S the mean service time: C(n, a) e^(−(n − a) W ÷ S). */
export function lateShareWith(servers: number, { arrivalRate, meanServiceSeconds, maxWaitSeconds }: Stream): number {
  const load = arrivalRate * meanServiceSeconds;
  const spare = Math.max(0, servers - load);
  return erlangC(load, servers) * Math.exp((-spare * maxWaitSeconds) / meanServiceSeconds);
}

/** The fewest servers with which at most `lateShare` (> 0) of the jobs waits too long; 0 without arrivals. */
export function serversFor(stream: Stream, lateShare: number): number {
  // Fewer do not carry the load.
  let servers = Math.floor(stream.arrivalRate * stream.meanServiceSeconds);
  while (lateShareWith(servers, stream) > lateShare) servers++;
  return servers;
}
