import { addSample, arrivalRate, youngSamples } from "../drain/arrivalRate.ts";
import { projectBacklog } from "../drain/projection.ts";
import { readyIn } from "../drain/readiness.ts";
import { busyReplicas, learnService, serviceRate } from "../drain/serviceRate.ts";
import { drainSeconds, sizeFor } from "../drain/size.ts";
import type { DrainRule, Measurement, Proposal } from "../model.ts";
import type { DrainState } from "../state.ts";
import { usable } from "../signal.ts";
import { cannotSay, figure, type RuleContext } from "./context.ts";

/** A proposal, and what the rule has learned whether or not it could propose. */
export interface DrainOutcome {
  readonly proposal: Proposal;
  readonly state: DrainState;
}

/** Keeps the wait of a queue within `maxWaitSeconds`, from its arrival rate, its backlog and what one replica finishes. */
export function proposeDrain(rule: DrainRule, context: RuleContext): DrainOutcome {
  const before = context.state.drains[rule.name] ?? { arrivals: [] };
  const measurement = usable(context.signals[rule.metric]);
  if (measurement === undefined) return { proposal: cannotSay(rule.name, rule.metric, context), state: before };
  const state = learn(before, measurement, context);
  return { proposal: proposeFrom(rule, state, measurement, context), state };
}

function proposeFrom(rule: DrainRule, state: DrainState, measurement: Measurement, context: RuleContext): Proposal {
  const none = (reason: "MetricUnknown" | "LearningServiceRate", detail: string): Proposal => ({
    rule: rule.name,
    replicas: null,
    reason,
    detail,
  });
  // Ready only: to count work in progress as waiting has no steady state, so it oscillates.
  const { ready: backlog, unacknowledged } = measurement.queue ?? {};
  if (backlog === undefined) return none("MetricUnknown", `${rule.metric} does not tell how many messages are ready`);
  const arrivals = knownArrivals(state, measurement, context.snapshot.now);
  if (arrivals === undefined) return none("MetricUnknown", `${rule.metric} does not tell its publish rate`);
  // Nothing to do needs nobody, however fast they are: a queue that idles after a restart would hold its replicas for ever.
  if (backlog === 0 && arrivals === 0 && unacknowledged === 0) {
    return { rule: rule.name, replicas: 0, reason: "OfferedLoad", detail: "nothing arrives and nothing waits: 0" };
  }
  // Learned before configured: the jobs of today, not those of the day the number was written.
  const service = serviceRate(state.service) ?? rule.serviceRatePerReplica;
  if (service === undefined) return none("LearningServiceRate", "no acknowledged message seen yet");
  return size(rule, { backlog, arrivals, service, unacknowledged }, context);
}

/** A partial reading has no rates; its backlog alone may still raise the count. */
function knownArrivals(state: DrainState, measurement: Measurement, now: number): number | undefined {
  return arrivalRate(youngSamples(state.arrivals, now)) ?? (measurement.partial === undefined ? undefined : 0);
}

interface Observed {
  readonly backlog: number;
  readonly arrivals: number;
  readonly service: number;
  readonly unacknowledged: number | undefined;
}

function size(rule: DrainRule, observed: Observed, context: RuleContext): Proposal {
  const { now, currentReplicas, readyReplicas } = context.snapshot;
  const { readiness } = context.state;
  const delay = readiness.delaySeconds ?? rule.readinessDelaySeconds;
  const starts = readyIn(readiness, now, Math.max(0, currentReplicas - readyReplicas), delay);
  const flow = {
    backlog: observed.backlog,
    arrivalRate: observed.arrivals,
    serviceRate: observed.service,
    readyReplicas,
    readyIn: starts,
  };
  const projectedBacklog = projectBacklog(flow, delay);
  const within = drainSeconds(rule.maxWaitSeconds, delay);
  const { replicas, decidedBy } = sizeFor({ ...flow, projectedBacklog, drainSeconds: within, headroom: rule.headroom });
  const detail =
    `${figure(observed.arrivals)} jobs/s at ${figure(observed.service)} jobs/s a replica, ` +
    `backlog ${figure(observed.backlog)}, in ${figure(delay)} s ${figure(projectedBacklog)} to drain within ${figure(within)} s: ${replicas}`;
  return keepBusy({ rule: rule.name, replicas, reason: decidedBy, detail }, observed.unacknowledged, context);
}

/** Raises a proposal to the replicas that hold unacknowledged messages; while those are unknown, to all there are. */
function keepBusy(
  proposal: Proposal & { replicas: number },
  unacknowledged: number | undefined,
  context: RuleContext,
): Proposal {
  const { currentReplicas, readyReplicas } = context.snapshot;
  const { replicas, detail } = proposal;
  if (unacknowledged === undefined) {
    if (replicas >= currentReplicas) return proposal;
    const text = `${detail}, but how many hold unacknowledged messages is unknown`;
    return { ...proposal, replicas: currentReplicas, reason: "MetricUnknown", detail: text };
  }
  // Removing them would return their messages to the queue, which asks for them again: kedacore/keda#356, #638, #6719.
  const busy = Math.min(busyReplicas(unacknowledged, readyReplicas), currentReplicas);
  if (busy <= replicas) return proposal;
  return {
    ...proposal,
    replicas: busy,
    reason: "ReplicasBusy",
    detail: `${detail}, but ${busy} hold unacknowledged messages`,
  };
}

function learn(before: DrainState, measurement: Measurement, context: RuleContext): DrainState {
  const { publishRate, ackRate, unacknowledged, ready } = measurement.queue ?? {};
  const { observedAt } = measurement;
  const arrivals =
    publishRate === undefined ? before.arrivals : addSample(before.arrivals, { at: observedAt, rate: publishRate });
  if (ackRate === undefined || unacknowledged === undefined) return { ...before, arrivals };
  const { readyReplicas } = context.snapshot;
  const service = learnService(before.service, {
    at: observedAt,
    ackRate,
    unacknowledged,
    // Unknown counts as none here: work is then learned as unsaturated, which only makes replicas look slower.
    ready: ready ?? 0,
    readyReplicas,
  });
  return { arrivals, service };
}
