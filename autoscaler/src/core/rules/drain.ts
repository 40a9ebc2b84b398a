import type { Backlog } from "../drain/arrivalHistory.ts";
import type { ArrivalRates } from "../drain/arrivalRate.ts";
import { dueSeconds, shortestServingSeconds, type Demand } from "../drain/deadlines.ts";
import { knownOf, learnQueue, learnWaits, type Known, type Moment } from "../drain/memory.ts";
import { sizeFor } from "../drain/size.ts";
import { overdueReplicas, readinessDelay, readyIn } from "../drain/readiness.ts";
import type { DrainRule, Measurement, Proposal } from "../model.ts";
import type { DrainState } from "../state.ts";
import { usable } from "../signal.ts";
import { cannotSay, figure, type RuleContext } from "./context.ts";
import { detailOf } from "./drainDetail.ts";
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
    readinessDelaySeconds: readinessDelay(context.state.readiness, rule.readinessDelaySeconds),
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
  const { known, measurement, moment, context } = scene;
  const { rule } = moment;
  const unknown = (detail: string): DrainOutcome => ({
    proposal: { rule: rule.name, replicas: null, reason: "MetricUnknown", detail },
    state,
  });
  const { backlog, serviceRate } = known;
  // Ready only: to count work in progress as waiting has no steady state, so it oscillates.
  if (backlog === undefined) return unknown(`${rule.metric} does not tell how many messages are ready`);
  // A partial reading has no rates; its backlog alone may still raise the count.
  const arrivals = known.arrivals ?? (measurement.partial === undefined ? undefined : { steady: 0, burst: 0 });
  if (arrivals === undefined) return unknown(`${rule.metric} does not tell its publish rate`);
  if (serviceRate !== undefined) return size(scene, state, { backlog, arrivals, serviceRate });
  const idle = arrivals.steady === 0 && measurement.queue?.unacknowledged === 0;
  return {
    proposal: beforeLearning(rule, { waiting: backlog.waiting, arriving: arrivals.steady, idle }, context),
    state,
  };
}

/** What can be said while nobody knows how fast a replica is. */
function beforeLearning(
  rule: DrainRule,
  { waiting, arriving, idle }: { readonly waiting: number; readonly arriving: number; readonly idle: boolean },
  { snapshot }: RuleContext,
): Proposal {
  // Nothing to do needs nobody, however fast they are: a queue that idles after a restart would hold its replicas for ever.
  if (waiting === 0 && idle) {
    return { rule: rule.name, replicas: 0, reason: "OfferedLoad", detail: "nothing arrives and nothing waits: 0" };
  }
  // Without a first replica no message would ever be acknowledged.
  if (snapshot.currentReplicas === 0 && (waiting > 0 || arriving > 0)) {
    const detail = `${figure(waiting)} wait and nobody is there to learn from: 1`;
    return { rule: rule.name, replicas: 1, reason: "LearningServiceRate", detail };
  }
  return { rule: rule.name, replicas: null, reason: "LearningServiceRate", detail: "no acknowledged message seen yet" };
}

function size(scene: Scene, state: DrainState, observed: Observed): DrainOutcome {
  const { moment, context, known, measurement } = scene;
  const { rule, now, readyReplicas, readinessDelaySeconds: delay } = moment;
  const { currentReplicas } = context.snapshot;
  const { readiness } = context.state;
  const demand = demandOf(moment, observed);
  const notReady = Math.max(0, currentReplicas - readyReplicas);
  const starting = readyIn(readiness, now, notReady, delay);
  const overdue = overdueReplicas(readiness, now, notReady, delay);
  const unacknowledged = measurement.queue?.unacknowledged;
  const supply = {
    readyReplicas,
    // Unknown: as if all were busy.
    idleReplicas: Math.max(0, readyReplicas - (unacknowledged ?? readyReplicas)),
    readyIn: rule.without?.includes("starts") === true ? [] : starting,
  };
  const floors = floorsOf({ rule, now, currentReplicas, readyReplicas, arrivals: state.arrivals, unacknowledged });
  const sized = sizeFor({ demand, supply, currentReplicas, overdueReplicas: overdue, floors, rule }, state);
  const detail = detailOf({ moment, known, observed, sized, starting: starting.length });
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
      : dueSeconds(maxWaitSeconds, delay, readyReplicas === 0 ? Infinity : serviceRate * readyReplicas),
    shortestServingSeconds: shortestServingSeconds(maxWaitSeconds, delay),
    delaysAhead: without.includes("lookAhead") ? 0 : delaysAhead,
  };
}
