/** A pod's life: ordered, Ready, told to end, gone. */
export interface Replica {
  readonly id: number;
  /** When it is or was Ready. */
  readonly readyAt: number;
  state: "starting" | "ready" | "ending" | "gone";
  /** Jobs under way. */
  readonly jobs: number[];
  /** Whether it stands in the row of those with a free slot. */
  queued: boolean;
}

/** The replicas of one target and which of them is given the next job. */
export class Fleet {
  readonly #slots: number;
  readonly #all: Replica[] = [];
  /** spec.replicas many, oldest first; those told to end are no longer among them. */
  #current: Replica[] = [];
  /** By turns, as a broker serves its consumers. Some may have ended meanwhile. */
  #free: Replica[] = [];
  #freeHead = 0;
  /** Soonest first. */
  #starting: Replica[] = [];
  ready = 0;
  /** Ready ones and those told to end that still work. */
  pods = 0;
  busySlots = 0;
  starts = 0;

  constructor(slotsPerReplica: number, initial: number) {
    this.#slots = slotsPerReplica;
    for (let i = 0; i < initial; i++) this.#join(this.#add(0));
    // They were there before.
    this.starts = 0;
  }

  get nextReady(): number {
    return this.#starting[0]?.readyAt ?? Infinity;
  }

  get replicas(): number {
    return this.#current.length;
  }

  replica(id: number): Replica {
    return this.#all[id] as Replica;
  }

  start(readyAt: number): void {
    const replica = this.#add(readyAt);
    const place = this.#starting.findIndex((other) => other.readyAt > readyAt);
    this.#starting.splice(place === -1 ? this.#starting.length : place, 0, replica);
  }

  /** The soonest starting replica becomes Ready. */
  becomeReady(): void {
    this.#join(this.#starting.shift() as Replica);
  }

  /**
   * The replicas that end for `count` fewer: those that are not Ready, then those that became Ready last, of equals the one
   * ordered last. Source: the order of ActivePodsWithRanks in kubernetes/pkg/controller/controller_utils.go, on one node and
   * with equal deletion costs.
   */
  chooseVictims(count: number): readonly Replica[] {
    const newestFirst = this.#current.toReversed();
    const starting = newestFirst.filter(({ state }) => state === "starting");
    const ready = newestFirst.filter(({ state }) => state === "ready").sort((a, b) => b.readyAt - a.readyAt);
    return [...starting, ...ready].slice(0, count);
  }

  /** Takes no more work; gone at once unless it still has some. */
  end(replica: Replica): void {
    this.#current = this.#current.filter((other) => other !== replica);
    if (replica.state === "starting") this.#starting = this.#starting.filter((other) => other !== replica);
    else this.ready--;
    replica.state = "ending";
    if (replica.jobs.length === 0) this.#leave(replica);
    else this.busySlots -= replica.jobs.length;
  }

  /** Ends it whatever it does; returns its unfinished jobs. */
  kill(replica: Replica): readonly number[] {
    const jobs = replica.jobs.splice(0);
    if (replica.state !== "gone") this.#leave(replica);
    return jobs;
  }

  /** Share of the Ready replicas' slots in use; 0 without any: nobody could measure one. */
  get utilization(): number {
    return this.ready === 0 ? 0 : this.busySlots / (this.ready * this.#slots);
  }

  /** Gives the job to a Ready replica with a free slot, by turns; undefined when all are full. */
  assign(job: number): Replica | undefined {
    while (this.#freeHead < this.#free.length) {
      const replica = this.#free[this.#freeHead++] as Replica;
      replica.queued = false;
      if (this.#freeHead > 1024) this.#compact();
      if (replica.state !== "ready") continue;
      replica.jobs.push(job);
      this.busySlots++;
      this.#offer(replica);
      return replica;
    }
    return undefined;
  }

  /** False when the replica no longer had the job. */
  finish(replica: Replica, job: number): boolean {
    const place = replica.jobs.indexOf(job);
    if (place === -1) return false;
    replica.jobs.splice(place, 1);
    if (replica.state === "ending") {
      if (replica.jobs.length === 0) this.#leave(replica);
    } else {
      this.busySlots--;
      this.#offer(replica);
    }
    return true;
  }

  #add(readyAt: number): Replica {
    const replica: Replica = { id: this.#all.length, readyAt, state: "starting", jobs: [], queued: false };
    this.#all.push(replica);
    this.#current.push(replica);
    this.pods++;
    this.starts++;
    return replica;
  }

  #join(replica: Replica): void {
    replica.state = "ready";
    this.ready++;
    this.#offer(replica);
  }

  #leave(replica: Replica): void {
    replica.state = "gone";
    this.pods--;
  }

  #offer(replica: Replica): void {
    if (replica.queued || replica.jobs.length >= this.#slots) return;
    replica.queued = true;
    this.#free.push(replica);
  }

  #compact(): void {
    this.#free = this.#free.slice(this.#freeHead);
    this.#freeHead = 0;
  }
}
