import type { Policy, Scenario, View, Workload } from "../model.ts";
import { BrokerStatistics } from "./broker.ts";
import { Completions } from "./completions.ts";
import { Fleet, type Replica } from "./fleet.ts";
import { Recorder } from "./recorder.ts";
import { Waiting } from "./waiting.ts";

/** What chance decides. */
export interface Chances {
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** Seconds to Ready of the next start. */
  readonly readinessDelay: () => number;
}

/** A replica that must be gone by a time. */
interface Grace {
  readonly until: number;
  readonly replica: Replica;
}

/** Jobs, replicas and an autoscaler, from event to event. One job is in one place at any time: waiting, under way or done. */
export class Simulation {
  readonly #workload: Workload;
  readonly #scenario: Scenario;
  readonly #policy: Policy;
  readonly #chances: Chances;
  readonly #waiting = new Waiting();
  readonly #completions = new Completions();
  readonly #fleet: Fleet;
  readonly #broker: BrokerStatistics;
  readonly #graces: Grace[] = [];
  readonly recorder: Recorder;
  readonly seconds: number;
  #nextArrival: number;
  #tickDue: number;
  #nextTick: number;
  arrived = 0;
  #delivered = 0;
  done = 0;

  constructor(workload: Workload, scenario: Scenario, policy: Policy, chances: Chances) {
    this.#workload = workload;
    this.#scenario = scenario;
    this.#policy = policy;
    this.#chances = chances;
    this.seconds = workload.seconds + scenario.maxWaitSeconds;
    this.#fleet = new Fleet(scenario.slotsPerReplica, scenario.initialReplicas);
    const { statisticsSeconds, metricLagSeconds } = scenario;
    this.#broker = new BrokerStatistics(statisticsSeconds, metricLagSeconds, chances.random() * statisticsSeconds);
    this.recorder = new Recorder(workload.arrivals, this.#fleet);
    this.#nextArrival = workload.arrivals[0] ?? Infinity;
    this.#tickDue = chances.random() * policy.periodSeconds;
    this.#nextTick = this.#tickDue;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  get starts(): number {
    return this.#fleet.starts;
  }

  /** Jobs that some replica has, also one that was told to end. */
  get underWay(): number {
    return this.#delivered - this.done - this.recorder.redelivered;
  }

  /** One event; false when the end came first. */
  step(): boolean {
    const completion = this.#completions.soonest;
    const other = Math.min(
      this.#fleet.nextReady,
      this.#broker.nextRefresh,
      this.#nextTick,
      this.#graces[0]?.until ?? Infinity,
    );
    // Arrivals last among equals: a slot that is freed at the same moment is free for them.
    const at = Math.min(completion, other, this.#nextArrival);
    this.recorder.advance(Math.min(at, this.seconds), this.#waiting.length + this.underWay, this.#fleet);
    if (at >= this.seconds) return false;
    if (completion === at) this.#complete(at);
    else if (other === at) this.#change(at);
    else this.#arrive(at);
    return true;
  }

  #arrive(at: number): void {
    this.arrived++;
    this.#waiting.arrive();
    this.#nextArrival = this.#workload.arrivals[this.arrived] ?? Infinity;
    // Whoever waits already has found all slots taken.
    if (this.#waiting.length === 1) this.#deliver(at);
  }

  #complete(at: number): void {
    const { replica, job } = this.#completions;
    this.#completions.take();
    if (!this.#fleet.finish(this.#fleet.replica(replica), job)) return;
    this.done++;
    if (this.#waiting.length > 0) this.#deliver(at);
  }

  #change(at: number): void {
    if (this.#graces[0]?.until === at) this.#endGraces(at);
    else if (this.#fleet.nextReady === at) {
      this.#fleet.becomeReady();
      this.recorder.supplyChanged(at, this.#fleet.ready);
    } else if (this.#broker.nextRefresh === at) this.#refresh();
    else this.#tick(at);
    this.#deliver(at);
  }

  #refresh(): void {
    const depth = { ready: this.#waiting.length, unacknowledged: this.underWay };
    this.#broker.refresh(depth, { published: this.arrived, delivered: this.#delivered, acked: this.done });
  }

  #deliver(at: number): void {
    while (this.#waiting.length > 0) {
      const job = this.#waiting.first;
      const replica = this.#fleet.assign(job);
      if (replica === undefined) return;
      this.#waiting.take();
      this.#delivered++;
      this.recorder.began(job, at);
      this.#completions.add(at + (this.#workload.services[job] as number), replica.id, job);
    }
  }

  #tick(at: number): void {
    const { periodSeconds } = this.#policy;
    this.#tickDue += periodSeconds;
    this.#nextTick = this.#tickDue + this.#chances.random() * this.#scenario.tickJitter * periodSeconds;
    const { minReplicas, maxReplicas } = this.#scenario;
    const wanted = Math.min(maxReplicas, Math.max(minReplicas, this.#policy.decide(this.#view(at))));
    const change = wanted - this.#fleet.replicas;
    if (change === 0) return;
    for (let i = 0; i < change; i++) this.#fleet.start(at + this.#chances.readinessDelay());
    if (change < 0) this.#scaleIn(at, -change);
    this.recorder.requestChanged(at, wanted);
    this.recorder.supplyChanged(at, this.#fleet.ready);
  }

  #scaleIn(at: number, count: number): void {
    const { scaleIn } = this.#scenario;
    for (const replica of this.#fleet.chooseVictims(count)) {
      this.#fleet.end(replica);
      if (replica.state !== "ending") continue;
      if (scaleIn.kind === "kill") this.#returnJobs(replica);
      else this.#graces.push({ until: at + scaleIn.graceSeconds, replica });
    }
  }

  /** All that end together, before any of their jobs is given out again: the oldest is the next, whoever had it. */
  #endGraces(at: number): void {
    while (this.#graces[0]?.until === at) this.#returnJobs((this.#graces.shift() as Grace).replica);
  }

  #returnJobs(replica: Replica): void {
    const jobs = this.#fleet.kill(replica);
    for (const job of jobs) {
      this.#waiting.giveBack(job);
      this.recorder.returned(job);
    }
  }

  #view(now: number): View {
    const { concurrencySeconds, utilizationSeconds } = this.recorder;
    return {
      now,
      replicas: this.#fleet.replicas,
      readyReplicas: this.#fleet.ready,
      statistics: this.#broker.seenAt(now),
      readyNow: this.#waiting.length,
      concurrencySeconds,
      utilizationSeconds,
    };
  }
}
