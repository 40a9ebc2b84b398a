/** Ends of work under way, soonest first: a binary heap on plain arrays, since every job passes through it. */
export class Completions {
  #times = new Float64Array(64);
  #replicas = new Int32Array(64);
  #jobs = new Int32Array(64);
  #length = 0;

  /** Infinity when nobody works. */
  get soonest(): number {
    return this.#length === 0 ? Infinity : (this.#times[0] as number);
  }

  get replica(): number {
    return this.#replicas[0] as number;
  }

  get job(): number {
    return this.#jobs[0] as number;
  }

  add(at: number, replica: number, job: number): void {
    if (this.#length === this.#times.length) this.#grow();
    let hole = this.#length++;
    while (hole > 0) {
      const parent = (hole - 1) >> 1;
      if ((this.#times[parent] as number) <= at) break;
      this.#move(parent, hole);
      hole = parent;
    }
    this.#put(hole, at, replica, job);
  }

  /** Forgets the soonest one. */
  take(): void {
    const last = --this.#length;
    const at = this.#times[last] as number;
    let hole = 0;
    for (let child = 1; child < last; child = 2 * hole + 1) {
      if (child + 1 < last && (this.#times[child + 1] as number) < (this.#times[child] as number)) child++;
      if ((this.#times[child] as number) >= at) break;
      this.#move(child, hole);
      hole = child;
    }
    this.#put(hole, at, this.#replicas[last] as number, this.#jobs[last] as number);
  }

  #move(from: number, to: number): void {
    this.#put(to, this.#times[from] as number, this.#replicas[from] as number, this.#jobs[from] as number);
  }

  #put(index: number, at: number, replica: number, job: number): void {
    this.#times[index] = at;
    this.#replicas[index] = replica;
    this.#jobs[index] = job;
  }

  #grow(): void {
    const grown = this.#length * 2;
    const [times, replicas, jobs] = [new Float64Array(grown), new Int32Array(grown), new Int32Array(grown)];
    times.set(this.#times);
    replicas.set(this.#replicas);
    jobs.set(this.#jobs);
    [this.#times, this.#replicas, this.#jobs] = [times, replicas, jobs];
  }
}
