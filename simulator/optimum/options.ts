/** A queue of jobs and what its replicas cost. Times in seconds, costs in pod-seconds. */
export interface OptimumOptions {
  /** When each job is published, ascending, in [0, seconds). */
  readonly arrivals: Float64Array;
  /** The workload's length; the program goes on until the last deadline, and ends with an empty queue. */
  readonly seconds: number;
  /** Jobs a second of one replica. Where service times were drawn: jobs ÷ their sum × slots, so that the work is the same. */
  readonly serviceRate: number;
  /** How long one job keeps a slot of its replica; 1 ÷ serviceRate unless a replica works on several jobs at once. */
  readonly meanServiceSeconds?: number;
  /** From the order of a replica to Ready: a start is paid for this long without work. */
  readonly readinessSeconds: number;
  /** What a start costs besides. */
  readonly startPriceSeconds?: number;
  /** A job has to begin by then, or is late. */
  readonly maxWaitSeconds: number;
  readonly minReplicas: number;
  readonly maxReplicas: number;
  /** Ready at 0, without the price of a start. */
  readonly initialReplicas: number;
  /** Chosen from the load, the wait and the length when absent. */
  readonly slotSeconds?: number;
  /** The backlog is counted in steps of what a replica serves in a slot ÷ this; chosen from the load when absent. */
  readonly stepsPerSlot?: number;
  /**
   * Arrivals in whole steps. "down" (default) rounds their running total, which bounds the cost from below. "up" rounds each
   * slot: its schedule is on time for every job, and dearer by up to one step in each slot.
   */
  readonly rounding?: "down" | "up";
}

/** @throws RangeError that names every option out of its bounds. */
export function checkOptions(options: OptimumOptions): void {
  const problems = [
    ...["seconds", "serviceRate"].flatMap((key) => outside(options, key, "> 0", (value) => value > 0)),
    ...["readinessSeconds", "maxWaitSeconds"].flatMap((key) => outside(options, key, ">= 0", (value) => value >= 0)),
    ...["meanServiceSeconds", "slotSeconds"].flatMap((key) => ifGiven(options, key, "> 0", (value) => value > 0)),
    ...ifGiven(options, "startPriceSeconds", ">= 0", (value) => value >= 0),
    ...ifGiven(options, "stepsPerSlot", "a whole number >= 1", (value) => Number.isInteger(value) && value >= 1),
    ...replicaProblems(options),
    ...arrivalProblems(options),
  ];
  if (problems.length > 0) throw new RangeError(`The optimum cannot be told: ${problems.join("; ")}`);
}

function outside(options: object, key: string, bound: string, fits: (value: number) => boolean): string[] {
  const value = (options as Record<string, unknown>)[key];
  const fine = typeof value === "number" && Number.isFinite(value) && fits(value);
  return fine ? [] : [`${key} must be ${bound}, is ${String(value)}`];
}

function ifGiven(options: object, key: string, bound: string, fits: (value: number) => boolean): string[] {
  return (options as Record<string, unknown>)[key] === undefined ? [] : outside(options, key, bound, fits);
}

/** A count takes two bytes at most in the tables; more replicas than that are a mistake. */
const mostReplicas = 65_535;

function replicaProblems({ minReplicas, maxReplicas, initialReplicas }: OptimumOptions): string[] {
  const counts = [0, minReplicas, initialReplicas, maxReplicas, mostReplicas];
  const ascending = counts.every((count, i) => Number.isInteger(count) && count >= (counts[i - 1] ?? 0));
  if (ascending && maxReplicas >= 1) return [];
  const given = `minReplicas ${minReplicas} <= initialReplicas ${initialReplicas} <= maxReplicas ${maxReplicas}`;
  return [`${given} must hold, in whole numbers, maxReplicas in [1, ${mostReplicas}]`];
}

function arrivalProblems({ arrivals, seconds }: OptimumOptions): string[] {
  // Negations, so that NaN fails them.
  const index = arrivals.findIndex((at, i) => !(at >= (i === 0 ? 0 : (arrivals[i - 1] as number)) && at < seconds));
  return index < 0
    ? []
    : [`arrivals must ascend within [0, ${seconds}), arrivals[${index}] is ${arrivals[index] as number}`];
}
