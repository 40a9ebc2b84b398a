import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from "prom-client";
import type { Decision, Direction, Reading, Signal, TargetSpec } from "../core/model.ts";
import { reasons, type Reason } from "../core/reasons.ts";
import { noteKinds, type Note, type Telemetry, type TickFailure, type TickRecord } from "../ports/telemetry.ts";
import { metricDefinitions as definitions, type MetricDefinition } from "./metricDefinitions.ts";

const directions: readonly Direction[] = ["up", "down", "none"];
/** In the order of a tick; the first ones end it, the last is the write. */
const phases: readonly TickFailure["phase"][] = ["GetScale", "ReadPods", "ReadMetrics", "Decide", "PatchScale"];
const allReasons = Object.keys(reasons) as Reason[];
/** Seconds: ticks take milliseconds when all is well and up to a metric's timeout when not. */
const durationBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Keeps the Prometheus series of all targets. An unknown value has no series: it is never told as 0. */
export class Metrics implements Telemetry {
  /** Its own, not the library's global one: two instances in one process, as in tests, must not share series. */
  readonly registry = new Registry();
  readonly #desired = this.#gauge(definitions.desiredReplicas);
  readonly #current = this.#gauge(definitions.currentReplicas);
  readonly #ready = this.#gauge(definitions.readyReplicas);
  readonly #recommended = this.#gauge(definitions.recommendedReplicas);
  readonly #proposed = this.#gauge(definitions.proposedReplicas);
  readonly #decisions = this.#counter(definitions.decisions);
  readonly #decisionReasons = this.#counter(definitions.decisionReasons);
  readonly #rescales = this.#counter(definitions.rescales);
  readonly #limited = this.#gauge(definitions.limited);
  readonly #value = this.#gauge(definitions.metricValue);
  readonly #age = this.#gauge(definitions.metricAge);
  readonly #signal = this.#gauge(definitions.metricSignal);
  readonly #readFailures = this.#counter(definitions.metricReadFailures);
  readonly #scaleFailures = this.#counter(definitions.scaleFailures);
  readonly #duration = this.#histogram(definitions.tickDuration);
  readonly #lastTick = this.#gauge(definitions.lastTick);
  readonly #leader = this.#gauge(definitions.leader);
  readonly #notes = this.#counter(definitions.notes);
  /** What series a target may have: those of a failed tick are removed by it. */
  readonly #specs: ReadonlyMap<string, TargetSpec>;
  /** Target → what its count was limited by last. */
  readonly #lastLimit = new Map<string, Reason>();
  /** Target → metric → how it was judged last. */
  readonly #lastKinds = new Map<string, Map<string, Signal["kind"]>>();

  /**
   * `specs`: all targets, so that their counters exist from the start. `processMetrics`: also CPU, memory and event-loop
   * lag.
   */
  constructor(specs: readonly TargetSpec[], { processMetrics = true }: { processMetrics?: boolean } = {}) {
    this.#specs = new Map(specs.map((spec) => [spec.name, spec]));
    for (const spec of specs) this.#startAtZero(spec);
    for (const direction of directions)
      for (const reason of allReasons) this.#decisionReasons.inc({ direction, reason }, 0);
    this.#duration.zero({});
    for (const kind of noteKinds) this.#notes.inc({ kind }, 0);
    if (processMetrics) collectDefaultMetrics({ register: this.registry });
  }

  /** Sets what the decision knows and removes what it does not; counts are those after the write. */
  decided({ target, snapshot, decision, outcome, durationSeconds }: TickRecord): void {
    const { currentReplicas, direction } = decision;
    this.#current.set({ target }, outcome === "patched" ? decision.desiredReplicas : currentReplicas);
    this.#ready.set({ target }, decision.readyReplicas);
    this.#desired.set({ target }, decision.desiredReplicas);
    setOrRemove(this.#recommended, { target }, decision.recommendedReplicas);
    for (const { rule, replicas } of decision.proposals) setOrRemove(this.#proposed, { target, rule }, replicas);
    this.#decisions.inc({ target, direction });
    // The first reason is the winning rule's.
    this.#decisionReasons.inc({ direction, reason: decision.reasons[0] ?? "NoProposal" });
    this.#tellLimit(target, decision.limitedBy);
    for (const [metric, reading] of Object.entries(snapshot.readings))
      this.#tellMetric({ target, metric }, reading, { decision, now: snapshot.now });
    if (outcome === "patched") this.#rescales.inc({ target, direction });
    if (outcome === "failed") this.#scaleFailures.inc({ target, phase: "PatchScale" });
    this.#duration.observe(durationSeconds);
    this.#lastTick.set({ target }, snapshot.now);
  }

  /** A tick without a decision: its gauges are removed, so that no alert compares with a count of long ago. */
  failed({ target, phase }: TickFailure): void {
    this.#scaleFailures.inc({ target, phase });
    this.#forget(target);
  }

  /** Removes what only a decision can tell. */
  #forget(target: string): void {
    for (const gauge of [this.#current, this.#ready, this.#desired, this.#recommended]) gauge.remove({ target });
    const spec = this.#specs.get(target);
    for (const { name } of spec?.rules ?? []) this.#proposed.remove({ target, rule: name });
    for (const metric of Object.keys(spec?.metrics ?? {})) {
      this.#value.remove({ target, metric });
      this.#age.remove({ target, metric });
    }
  }

  /** Counts it, and keeps the leader gauge: a term tells its begin and its end as notes. */
  noted({ kind }: Note): void {
    this.#notes.inc({ kind });
    if (kind === "LeaderElected") this.#leader.set(1);
    if (kind !== "LeaderLost") return;
    this.#leader.set(0);
    // Another process tells them now: a sum over both would count twice, and an alert on old ticks would fire here.
    for (const target of this.#specs.keys()) {
      this.#forget(target);
      this.#lastTick.remove({ target });
    }
  }

  #tellMetric(
    labels: { target: string; metric: string },
    reading: Reading,
    { decision, now }: { decision: Decision; now: number },
  ): void {
    const judged = decision.signals[labels.metric]?.kind ?? "missing";
    const known = "error" in reading ? null : reading;
    // A reading that came but is stale or implausible is no failed read: its signal tells it.
    if (known === null) this.#readFailures.inc(labels);
    // An impossible number would spoil each average over the series.
    setOrRemove(this.#value, labels, known && judged !== "implausible" ? known.value : null);
    // Clocks of two machines differ a little; a negative age only confuses its reader.
    setOrRemove(this.#age, labels, known && Math.max(0, now - known.observedAt));
    this.#tellSignal(labels, judged);
  }

  // Thousands of targets with a 0 for each word would be most of the memory and of each scrape.
  #tellLimit(target: string, limitedBy: Reason | null): void {
    const before = this.#lastLimit.get(target);
    if (before === (limitedBy ?? undefined)) return;
    if (before !== undefined) this.#limited.set({ target, reason: before }, 0);
    if (limitedBy === null) this.#lastLimit.delete(target);
    else {
      this.#limited.set({ target, reason: limitedBy }, 1);
      this.#lastLimit.set(target, limitedBy);
    }
  }

  #tellSignal({ target, metric }: { target: string; metric: string }, kind: Signal["kind"]): void {
    const kinds = this.#lastKinds.get(target) ?? new Map<string, Signal["kind"]>();
    const before = kinds.get(metric);
    if (before === kind) return;
    this.#lastKinds.set(target, kinds.set(metric, kind));
    this.#signal.set({ target, metric, signal: before ?? "fresh" }, 0);
    this.#signal.set({ target, metric, signal: kind }, 1);
  }

  // A counter that appears with its first increment hides that increment from rate().
  #startAtZero({ name: target, metrics }: TargetSpec): void {
    for (const direction of directions) {
      this.#decisions.inc({ target, direction }, 0);
      // A rescale without a direction cannot be.
      if (direction !== "none") this.#rescales.inc({ target, direction }, 0);
    }
    for (const phase of phases) this.#scaleFailures.inc({ target, phase }, 0);
    for (const metric of Object.keys(metrics)) this.#readFailures.inc({ target, metric }, 0);
  }

  #gauge(definition: MetricDefinition): Gauge {
    return new Gauge(this.#configuration(definition));
  }

  #counter(definition: MetricDefinition): Counter {
    return new Counter(this.#configuration(definition));
  }

  #histogram(definition: MetricDefinition): Histogram {
    return new Histogram({ ...this.#configuration(definition), buckets: durationBuckets });
  }

  #configuration({ name, help, labels }: MetricDefinition) {
    // A copy: the definitions are constants, and the library may keep what it is given.
    return { name, help, labelNames: [...labels], registers: [this.registry] };
  }
}

/** Null removes the series, which Prometheus then marks as stale at the next scrape. */
function setOrRemove(gauge: Gauge, labels: Record<string, string>, value: number | null): void {
  if (value === null) gauge.remove(labels);
  else gauge.set(labels, value);
}
