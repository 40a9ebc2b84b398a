import type { Backlog } from "../drain/arrivalHistory.ts";
import type { ArrivalRates } from "../drain/arrivalRate.ts";
import { dueSeconds, shortestServingSeconds, type Demand } from "../drain/deadlines.ts";
import { knownOf, learnQueue, learnWaits, type Known, type Moment } from "../drain/memory.ts";
import { sizeFor } from "../drain/size.ts";
import { readyIn } from "../drain/readiness.ts";
import type { DrainRule, Measurement, Proposal } from "../model.ts";
import type { DrainState } from "../state.ts";
import { usable } from "../signal.ts";
import { cannotSay, figure, type RuleContext } from "./context.ts";
import { floorsOf } from "./drainFloors.ts";

/** A proposal, and what the rule has learned whether or not it could propose. */
export interface DrainOutcome {
  readonly proposal: Proposal;
  readonly state: DrainState;
}

/** Keeps the wait of a queue within `maxWaitSeconds`, from what arrives, what waits for how long, and what one replica finishes. */
export function proposeDrain(rule: DrainRule, context: RuleContext): DrainOutcome {
  const before = context.state.drains[rule.name] ?? { arrivals: [] };
  const measurement = usable(context.signals[rule.metric]);
  if (measurement === undefined) return { proposal: cannotSay(rule.name, rule.metric, context), state: before };
  const { spec, snapshot } = context;
  const moment = {
    rule,
    spec,
    now: snapshot.now,
    readyReplicas: snapshot.readyReplicas,
    readinessDelaySeconds: context.state.readiness.delaySeconds ?? rule.readinessDelaySeconds,
  };
  const learned = learnQueue(before, measurement, moment);
  const known = knownOf(learned, measurement, moment);
  return proposeFrom({ known, measurement, moment, context }, learnWaits(learned, known, moment));
}

interface Scene {
  readonly known: Known;
  readonly measurement: Measurement;
  readonly moment: Moment;
  readonly context: RuleContext;
}

function proposeFrom(scene: Scene, state: DrainState): DrainOutcome {
  const { known, measurement, moment } = scene;
  const { rule } = moment;
  const none = (reason: "MetricUnknown" | "LearningServiceRate", detail: string): DrainOutcome => ({
    proposal: { rule: rule.name, replicas: null, reason, detail },
    state,
  });
  const { backlog, serviceRate } = known;
  // Ready only: to count work in progress as waiting has no steady state, so it oscillates.
  if (backlog === undefined) return none("MetricUnknown", `${rule.metric} does not tell how many messages are ready`);
  // A partial reading has no rates; its backlog alone may still raise the count.
  const arrivals = known.arrivals ?? (measurement.partial === undefined ? undefined : { steady: 0, burst: 0 });
  if (arrivals === undefined) return none("MetricUnknown", `${rule.metric} does not tell its publish rate`);
  if (serviceRate !== undefined) return size(scene, state, { backlog, arrivals, serviceRate });
  // Nothing to do needs nobody, however fast they are: a queue that idles after a restart would hold its replicas for ever.
  if (backlog.waiting === 0 && arrivals.steady === 0 && measurement.queue?.unacknowledged === 0) {
    const detail = "nothing arrives and nothing waits: 0";
    return { proposal: { rule: rule.name, replicas: 0, reason: "OfferedLoad", detail }, state };
  }
  return none("LearningServiceRate", "no acknowledged message seen yet");
}

function size(scene: Scene, state: DrainState, observed: Observed): DrainOutcome {
  const { moment, context, known, measurement } = scene;
  const { rule, now, readyReplicas, readinessDelaySeconds: delay } = moment;
  const { currentReplicas } = context.snapshot;
  const { maxWaitSeconds } = rule;
  const demand = demandOf(moment, observed);
  const starting = readyIn(context.state.readiness, now, Math.max(0, currentReplicas - readyReplicas), delay);
  const supply = { readyReplicas, readyIn: rule.without?.includes("starts") === true ? [] : starting };
  const unacknowledged = measurement.queue?.unacknowledged;
  const floors = floorsOf({ rule, now, currentReplicas, readyReplicas, arrivals: state.arrivals, unacknowledged });
  const sized = sizeFor({ demand, supply, currentReplicas, floors, rule }, state);
  const { arrivals, backlog, serviceRate } = observed;
  const detail =
    `${figure(arrivals.burst)} jobs/s at ${figure(serviceRate)} a replica, ${figure(backlog.waiting)} wait` +
    `${backlog.waiting > 0 ? `, the oldest for ${figure(known.oldest)} s` : ""} of ${figure(maxWaitSeconds)} s, ` +
    `a start takes ${figure(delay)} s: ${sized.needed}${sized.why === undefined ? "" : `, but ${sized.why}: ${sized.replicas}`}`;
  const proposal = { rule: rule.name, replicas: sized.replicas, reason: sized.reason, detail };
  return { proposal, state };
}

interface Observed {
  readonly backlog: Backlog;
  readonly arrivals: ArrivalRates;
  readonly serviceRate: number;
}

/** Readiness delays to look ahead before a replica is taken away: a new start costs one, and has to be worth it. */
const delaysAhead = 5;

function demandOf({ rule, readyReplicas, readinessDelaySeconds: delay }: Moment, observed: Observed): Demand {
  const { maxWaitSeconds, without = [] } = rule;
  const { backlog, arrivals, serviceRate } = observed;
  return {
    serviceRate,
    backlog: without.includes("ages") ? { ...backlog, olderThan: () => 0 } : backlog,
    arrivals: without.includes("burst") ? { ...arrivals, burst: arrivals.steady } : arrivals,
    readinessDelaySeconds: delay,
    dueSeconds: without.includes("margin")
      ? maxWaitSeconds
      : dueSeconds(maxWaitSeconds, delay, serviceRate * Math.max(1, readyReplicas)),
    shortestServingSeconds: shortestServingSeconds(maxWaitSeconds, delay),
    delaysAhead: without.includes("lookAhead") ? 0 : delaysAhead,
  };
}
