interface Counts {
  readonly ready: number;
  readonly pods: number;
  readonly utilization: number;
  readonly replicas: number;
}

/** What a run leaves behind: waits, integrals over time and the curves of the replicas. */
export class Recorder {
  readonly #arrivals: Float64Array;
  /** Seconds until the work began; NaN: has not. */
  readonly waits: Float64Array;
  readonly supply: { times: number[]; values: number[] };
  readonly requested: { times: number[]; values: number[] };
  #now = 0;
  podSeconds = 0;
  concurrencySeconds = 0;
  utilizationSeconds = 0;
  redelivered = 0;
  moves = 0;

  constructor(arrivals: Float64Array, { ready, replicas }: Counts) {
    this.#arrivals = arrivals;
    this.waits = new Float64Array(arrivals.length).fill(NaN);
    this.supply = { times: [0], values: [ready] };
    this.requested = { times: [0], values: [replicas] };
  }

  /** Nothing changed since the last event: rectangles are exact. */
  advance(to: number, jobs: number, { pods, utilization }: Counts): void {
    const seconds = to - this.#now;
    if (seconds <= 0) return;
    this.#now = to;
    this.podSeconds += pods * seconds;
    this.concurrencySeconds += jobs * seconds;
    this.utilizationSeconds += utilization * seconds;
  }

  /** Overwrites an earlier begin: only the work that is finished counts. */
  began(job: number, at: number): void {
    this.waits[job] = at - (this.#arrivals[job] as number);
  }

  /** Its replica was taken away before it was done. */
  returned(job: number): void {
    this.redelivered++;
    this.waits[job] = NaN;
  }

  requestChanged(at: number, replicas: number): void {
    this.moves++;
    push(this.requested, at, replicas);
  }

  supplyChanged(at: number, ready: number): void {
    push(this.supply, at, ready);
  }
}

function push(curve: { times: number[]; values: number[] }, at: number, value: number): void {
  if (curve.values.at(-1) === value) return;
  curve.times.push(at);
  curve.values.push(value);
}
