import type { DrainRule, Measurement, TargetSpec } from "../model.ts";
import type { DrainState } from "../state.ts";
import { addLow, addSample, backlogOf, freshSamples, growthOf, oldestSeconds, type Backlog } from "./arrivalHistory.ts";
import { arrivalRates, rateWindowSeconds, withGrowth, type ArrivalRates } from "./arrivalRate.ts";
import { dueSeconds } from "./deadlines.ts";
import { learnLateness } from "./lateness.ts";
import { learnReserve, levelsUpTo } from "./reserve.ts";
import { learnService, serviceRate } from "./serviceRate.ts";

/** A drain rule at one moment. */
export interface Moment {
  readonly rule: DrainRule;
  readonly spec: TargetSpec;
  readonly now: number;
  readonly readyReplicas: number;
  /** Learned, or configured until then. Seconds. */
  readonly readinessDelaySeconds: number;
}

/** What is known of a queue, as far as it is known. */
export interface Known {
  /** Undefined without a sample. */
  readonly arrivals: ArrivalRates | undefined;
  /** Undefined: the metric does not tell how many messages wait. */
  readonly backlog: Backlog | undefined;
  /** Seconds that the oldest one has waited; 0 when none waits. */
  readonly oldest: number;
  /** The longest wait that could be told. */
  readonly oldestKnown: number;
  /** Of one replica. */
  readonly serviceRate: number | undefined;
}

/** Samples of both the wait and the window are needed: jobs that wait are as old as the wait, and more when they are late. */
function historySeconds({ rule, readinessDelaySeconds }: Moment): number {
  const windows = [readinessDelaySeconds, rule.readinessDelaySeconds].map((delay) => rateWindowSeconds(delay) + 20);
  return Math.max(1.5 * rule.maxWaitSeconds + 20, 120, ...windows);
}

/** Reads what is known out of the memory and a measurement. */
export function knownOf(state: DrainState, measurement: Measurement, moment: Moment): Known {
  const { now, rule } = moment;
  const longest = historySeconds(moment);
  const maxAge = moment.spec.metrics[rule.metric]?.maxAgeSeconds ?? Infinity;
  // One refresh of the statistics later than the reading itself.
  const samples = freshSamples(state.arrivals, now, maxAge + 5);
  const waiting = measurement.queue?.ready;
  const rates = arrivalRates(samples, rateWindowSeconds(moment.readinessDelaySeconds));
  const rest = { serviceRate: serviceRate(state.service, rule.serviceRatePerReplica), oldestKnown: longest };
  if (waiting === undefined) return { ...rest, arrivals: rates, backlog: undefined, oldest: 0 };
  const lows = state.lows ?? [];
  const growth = growthOf(waiting, lows, now);
  const backlog = backlogOf(waiting, samples, lows, now);
  return {
    ...rest,
    arrivals: rates === undefined || growth === undefined ? rates : withGrowth(rates, growth),
    backlog,
    oldest: oldestSeconds(backlog, longest),
  };
}

/** Adds what a measurement tells of the queue: arrivals, work, and what these say about bursts. */
export function learnQueue(before: DrainState, measurement: Measurement, moment: Moment): DrainState {
  const { observedAt: at, queue } = measurement;
  const { publishRate, ackRate, unacknowledged, ready } = queue ?? {};
  const seen = ready === undefined ? before : withLow(before, ready, moment);
  const learned = publishRate === undefined ? seen : withArrivals(seen, { at, rate: publishRate }, moment);
  if (ackRate === undefined || unacknowledged === undefined) return learned;
  const { readyReplicas } = moment;
  // Unknown counts as none here: work is then learned as unsaturated, which only makes replicas look slower.
  const sample = { at, ackRate, unacknowledged, ready: ready ?? 0, readyReplicas };
  return { ...learned, service: learnService(before.service, sample) };
}

function withLow(before: DrainState, waiting: number, moment: Moment): DrainState {
  return { ...before, lows: addLow(before.lows ?? [], { at: moment.now, waiting }, historySeconds(moment)) };
}

function withArrivals(before: DrainState, sample: { at: number; rate: number }, moment: Moment): DrainState {
  const { rule, spec, readinessDelaySeconds } = moment;
  const arrivals = addSample(before.arrivals, sample, historySeconds(moment));
  const rate = serviceRate(before.service, rule.serviceRatePerReplica);
  if (rate === undefined || arrivals === before.arrivals) return { ...before, arrivals };
  const { maxWaitSeconds } = rule;
  const demand = {
    serviceRate: rate,
    readinessDelaySeconds,
    maxWaitSeconds,
    dueSeconds: dueSeconds(maxWaitSeconds, readinessDelaySeconds),
  };
  return { ...before, arrivals, reserve: learnReserve(before.reserve, sample, demand, levelsUpTo(spec.maxReplicas)) };
}

/** Adds what began since the last tick, by how long the oldest message has waited. */
export function learnWaits(state: DrainState, known: Known, moment: Moment): DrainState {
  const { arrivals, backlog, oldest, serviceRate: rate } = known;
  if (arrivals === undefined || backlog === undefined || rate === undefined) return state;
  const most = rate * moment.readyReplicas;
  const begun = {
    now: moment.now,
    rate: backlog.waiting > 0 ? most : Math.min(most, arrivals.steady),
    waitSeconds: oldest,
  };
  return { ...state, lateness: learnLateness(state.lateness, begun, moment.rule.maxWaitSeconds) };
}
