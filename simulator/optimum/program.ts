import { checkOptions, type OptimumOptions } from "./options.ts";

/** The workload on a grid: slots of time, whole steps of backlog. Arrays have one entry a slot. */
export interface Program {
  readonly slots: number;
  readonly slotSeconds: number;
  /** Jobs in one step of the backlog. */
  readonly stepJobs: number;
  /** What one replica serves in a slot. */
  readonly stepsPerSlot: number;
  readonly arrivals: Int32Array;
  /** Steps that arrived in a slot whose deadline is the end of this one. */
  readonly due: Int32Array;
  /** A backlog up to this leaves nobody late: all that arrived within the wait. */
  readonly onTime: Int32Array;
  /** The backlog with all replicas at work from the start: nothing gets below. */
  readonly least: Int32Array;
  readonly minReplicas: number;
  /** More are never of use. */
  readonly maxReplicas: number;
  readonly initialReplicas: number;
  /** Pod-seconds. */
  readonly startCost: number;
  readonly jobs: number;
  /** Seconds by which the slots outlast the time that a run is charged for. */
  readonly overhangSeconds: number;
}

/** States that a price may visit with nobody late, in all slots; a finite price visits several times as many. */
const states = 1_500_000;

/** Steps that the backlog may span; more make it slower, not better. */
const steps = 150;

/** A shorter slot is finer than a readiness delay is known. */
const shortestSlotSeconds = 1;

/** @throws RangeError for options out of their bounds. */
export function programOf(options: OptimumOptions): Program {
  checkOptions(options);
  const { serviceRate, seconds, maxWaitSeconds, minReplicas } = options;
  // A job that begins in time is done one service time later, whatever the replicas do.
  const allowedSeconds = maxWaitSeconds + (options.meanServiceSeconds ?? 1 / serviceRate);
  const load = peakLoad(options, allowedSeconds);
  const slotSeconds = options.slotSeconds ?? slotFor(options, allowedSeconds, load);
  // A hair above a whole number is that number: 3.0000000000000004 slots are 3.
  const wait = Math.ceil(allowedSeconds / slotSeconds - 1e-9);
  const slots = Math.ceil(seconds / slotSeconds - 1e-9) + wait;
  const stepsPerSlot = options.stepsPerSlot ?? stepsFor(serviceRate * slotSeconds, load * wait);
  const stepJobs = (serviceRate * slotSeconds) / stepsPerSlot;
  const total = runningTotal(options, slots, { slotSeconds, stepJobs });
  const before = (slot: number): number => (slot < 0 ? 0 : (total[slot] as number));
  const perSlot = (of: (slot: number) => number): Int32Array =>
    Int32Array.from({ length: slots }, (_, slot) => of(slot));
  const arrivals = perSlot((slot) => before(slot) - before(slot - 1));
  const useful = usefulReplicas(arrivals, stepsPerSlot, options);
  return {
    slots,
    slotSeconds,
    stepJobs,
    stepsPerSlot,
    arrivals,
    due: perSlot((slot) => before(slot - wait) - before(slot - wait - 1)),
    onTime: perSlot((slot) => before(slot) - before(slot - wait)),
    least: leastBacklog(arrivals, useful * stepsPerSlot),
    minReplicas,
    maxReplicas: useful,
    initialReplicas: Math.min(options.initialReplicas, useful),
    startCost: options.readinessSeconds + (options.startPriceSeconds ?? 0),
    jobs: options.arrivals.length,
    overhangSeconds: slots * slotSeconds - seconds - maxWaitSeconds,
  };
}

/** Replicas that the densest stretch of one wait keeps busy. */
function peakLoad({ arrivals, serviceRate, maxReplicas }: OptimumOptions, spanSeconds: number): number {
  let most = 0;
  let first = 0;
  for (let last = 0; last < arrivals.length; last++) {
    while ((arrivals[last] as number) - (arrivals[first] as number) > spanSeconds) first++;
    most = Math.max(most, last - first + 1);
  }
  return Math.max(1, Math.min(maxReplicas, most / (serviceRate * spanSeconds)));
}

/** Slots × replicas × mean backlog within `states`; both the slots and the backlog of a wait go with 1 ÷ slot. */
function slotFor(
  { arrivals, serviceRate, seconds, maxReplicas }: OptimumOptions,
  allowedSeconds: number,
  load: number,
): number {
  const replicas = Math.min(maxReplicas, load * 1.3 + 1);
  const meanLoad = arrivals.length / serviceRate / seconds;
  const affordable = Math.sqrt(((seconds + allowedSeconds) * replicas * meanLoad * allowedSeconds) / states);
  const waitSlots = Math.floor(allowedSeconds / Math.max(shortestSlotSeconds, affordable));
  // A whole number of slots to a wait, or deadlines would be rounded up; two at least, or a wait would hide its own slot.
  return allowedSeconds / Math.max(2, waitSlots);
}

/** Half a job a step is fine enough for the sparsest load; a dense one is told by whole slots of a replica. */
function stepsFor(jobsPerSlot: number, slotsOfBacklog: number): number {
  return Math.max(1, Math.min(Math.ceil(2 * jobsPerSlot), Math.floor(steps / slotsOfBacklog)));
}

function runningTotal(
  { arrivals, rounding = "down" }: OptimumOptions,
  slots: number,
  grid: { readonly slotSeconds: number; readonly stepJobs: number },
): Float64Array {
  const total = new Float64Array(slots);
  let index = 0;
  let jobs = 0;
  for (let slot = 0; slot < slots; slot++) {
    const from = index;
    while (index < arrivals.length && (arrivals[index] as number) < (slot + 1) * grid.slotSeconds - 1e-9) index++;
    jobs += index - from;
    total[slot] =
      rounding === "down"
        ? // The total, not the slot: what each slot loses would add up to a cost below the work itself.
          Math.floor(jobs / grid.stepJobs + 1e-9)
        : (total[slot - 1] ?? 0) + Math.ceil((index - from) / grid.stepJobs - 1e-9);
  }
  return total;
}

/**
 * As many as serve the fullest slot at once. Work of further ones could be done by fewer earlier in the same busy stretch, for
 * the same pod-seconds, no more starts and no later.
 */
function usefulReplicas(arrivals: Int32Array, stepsPerSlot: number, options: OptimumOptions): number {
  const fullest = arrivals.reduce((most, count) => Math.max(most, count), 0);
  return Math.min(options.maxReplicas, Math.max(options.minReplicas, 1, Math.ceil(fullest / stepsPerSlot)));
}

function leastBacklog(arrivals: Int32Array, served: number): Int32Array {
  let backlog = 0;
  return arrivals.map((count) => (backlog = Math.max(0, backlog + count - served)));
}
