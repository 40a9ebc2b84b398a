import type { Scenario, Workload } from "../../../simulator/model.ts";

/** A world without chance: what a script asks for at even ticks, and the delay of each start. */
export interface Script {
  readonly workload: Workload;
  readonly scenario: Scenario;
  /** The first one comes after half of it. */
  readonly tickSeconds: number;
  /** One a tick; the last one holds. */
  readonly counts: readonly number[];
  /** Of the starts in turn, over and over. */
  readonly delays: readonly number[];
}

/** What a script comes to. */
export interface Outcome {
  readonly waits: readonly number[];
  readonly podSeconds: number;
  /** From arrival to done, over all jobs, until the end. */
  readonly jobSeconds: number;
  readonly utilizationSeconds: number;
  readonly starts: number;
  readonly moves: number;
  readonly redelivered: number;
}

interface Pod {
  readonly orderedAt: number;
  readonly readyAt: number;
  isReady: boolean;
  /** When it was told to end, and when it was gone; Infinity: not yet. */
  toldAt: number;
  goneAt: number;
  /** Job → when its work will be done. */
  readonly jobs: Map<number, number>;
}

/**
 * The engine's world, told as plainly as possible: at each moment at which anything may happen it looks at everything, and it
 * counts nothing that it could look up in the end.
 */
export class ReferenceWorld {
  readonly #script: Script;
  readonly #end: number;
  readonly #pods: Pod[] = [];
  /** Ready pods with a free slot, by turns. */
  #line: Pod[] = [];
  #queue: number[] = [];
  readonly #begun = new Map<number, number>();
  readonly #done = new Map<number, number>();
  #arrived = 0;
  #ticks = 0;
  #starts = 0;
  #moves = 0;
  #redelivered = 0;
  #utilizationSeconds = 0;

  constructor(script: Script) {
    this.#script = script;
    this.#end = script.workload.seconds + script.scenario.maxWaitSeconds;
    for (let i = 0; i < script.scenario.initialReplicas; i++) this.#order(0, 0);
    this.#join(0);
  }

  run(): Outcome {
    let now = 0;
    for (let next = this.#next(); next < this.#end; next = this.#next()) {
      this.#utilizationSeconds += (next - now) * this.#utilization();
      now = next;
      this.#happen(now);
    }
    this.#utilizationSeconds += (this.#end - now) * this.#utilization();
    const { arrivals } = this.#script.workload;
    const until = (at: number | undefined): number => Math.min(at ?? Infinity, this.#end);
    const jobs = [...arrivals.entries()];
    return {
      waits: jobs.map(([job, at]) => until(this.#begun.get(job)) - at),
      podSeconds: this.#pods.reduce((sum, { orderedAt, goneAt }) => sum + until(goneAt) - orderedAt, 0),
      jobSeconds: jobs.reduce((sum, [job, at]) => sum + until(this.#done.get(job)) - at, 0),
      utilizationSeconds: this.#utilizationSeconds,
      ...{ starts: this.#starts, moves: this.#moves, redelivered: this.#redelivered },
    };
  }

  #next(): number {
    const { workload, tickSeconds } = this.#script;
    return Math.min(
      workload.arrivals[this.#arrived] ?? Infinity,
      (this.#ticks + 0.5) * tickSeconds,
      ...this.#pods.flatMap((pod) => [...pod.jobs.values()]),
      ...this.#pods.filter(({ jobs }) => jobs.size > 0).map(({ toldAt }) => toldAt + this.#graceSeconds()),
      ...this.#pods.filter((pod) => !pod.isReady && pod.toldAt === Infinity).map(({ readyAt }) => readyAt),
    );
  }

  #happen(now: number): void {
    for (const pod of this.#pods) this.#finish(pod, now);
    this.#serve(now);
    for (const pod of this.#pods) if (pod.toldAt + this.#graceSeconds() <= now) this.#release(pod, now);
    this.#join(now);
    if ((this.#ticks + 0.5) * this.#script.tickSeconds === now) this.#tick(now);
    this.#join(now);
    if (this.#script.workload.arrivals[this.#arrived] === now) this.#queue.push(this.#arrived++);
    this.#serve(now);
  }

  #finish(pod: Pod, now: number): void {
    for (const [job, at] of pod.jobs) {
      if (at !== now) continue;
      pod.jobs.delete(job);
      this.#done.set(job, now);
      if (pod.toldAt < Infinity) pod.goneAt = pod.jobs.size === 0 ? now : Infinity;
      else if (!this.#line.includes(pod)) this.#line.push(pod);
    }
  }

  #serve(now: number): void {
    while (this.#queue.length > 0 && this.#line.length > 0) {
      const [job, pod] = [this.#queue.shift()!, this.#line.shift()!];
      this.#begun.set(job, now);
      pod.jobs.set(job, now + this.#script.workload.services[job]!);
      if (pod.jobs.size < this.#script.scenario.slotsPerReplica) this.#line.push(pod);
    }
  }

  #tick(now: number): void {
    const { counts } = this.#script;
    const current = this.#pods.filter(({ toldAt }) => toldAt === Infinity);
    const wanted = counts[Math.min(this.#ticks++, counts.length - 1)] ?? current.length;
    if (wanted !== current.length) this.#moves++;
    for (let count = current.length; count < wanted; count++) this.#order(now, this.#delay());
    const newest = [
      ...current.filter(({ isReady }) => !isReady).reverse(),
      ...current
        .filter(({ isReady }) => isReady)
        .sort((one, other) => one.readyAt - other.readyAt)
        .reverse(),
    ];
    for (const pod of newest.slice(0, Math.max(0, current.length - wanted))) {
      pod.toldAt = now;
      if (pod.jobs.size === 0) pod.goneAt = now;
      if (this.#script.scenario.scaleIn.kind === "kill") this.#release(pod, now);
      this.#line = this.#line.filter((other) => other !== pod);
    }
  }

  #release(pod: Pod, now: number): void {
    if (pod.jobs.size === 0) return;
    this.#redelivered += pod.jobs.size;
    for (const job of pod.jobs.keys()) this.#begun.delete(job);
    this.#queue = [...this.#queue, ...pod.jobs.keys()].sort((one, other) => one - other);
    pod.jobs.clear();
    pod.goneAt = now;
  }

  #order(now: number, delay: number): void {
    const pod = { orderedAt: now, readyAt: now + delay, isReady: false, jobs: new Map<number, number>() };
    this.#pods.push({ ...pod, toldAt: Infinity, goneAt: Infinity });
  }

  #delay(): number {
    const { delays } = this.#script;
    return delays[this.#starts++ % delays.length] ?? 0;
  }

  #join(now: number): void {
    for (const pod of this.#pods) {
      if (pod.isReady || pod.toldAt < Infinity || pod.readyAt > now) continue;
      pod.isReady = true;
      this.#line.push(pod);
      // Whoever is first takes all that it has slots for, as consumers of a broker do.
      this.#serve(now);
    }
  }

  #utilization(): number {
    const ready = this.#pods.filter(({ isReady, toldAt }) => isReady && toldAt === Infinity);
    const busy = ready.reduce((sum, { jobs }) => sum + jobs.size, 0);
    return ready.length === 0 ? 0 : busy / (ready.length * this.#script.scenario.slotsPerReplica);
  }

  #graceSeconds(): number {
    const { scaleIn } = this.#script.scenario;
    return scaleIn.kind === "kill" ? 0 : scaleIn.graceSeconds;
  }
}
