import type { Consumer } from "./consumer.ts";
import type { WorkKind } from "./load.ts";

/** One Deployment with its queue and its target. */
export interface Lane {
  readonly name: string;
  readonly work: WorkKind;
  readonly podDeletionCost: boolean;
  readonly seed: number;
}

/** A pod that was removed, as its consumer was at that moment. */
export interface Removal {
  readonly lane: string;
  /** Epoch seconds. */
  readonly at: number;
  /** The job that was cut off. */
  readonly job: string | undefined;
  /** Seconds since its job was delivered, if it had one. */
  readonly busySeconds: number | undefined;
  /** Whether it was marked to go first. */
  readonly marked: boolean;
  /** Of all pods of the lane right before, itself included. */
  readonly busyShare: number;
}

/** All consumers of one lane by pod. */
export class LanePods {
  readonly lane: Lane;
  readonly #consumers = new Map<string, Consumer>();
  readonly #removals: Removal[];
  readonly #start: (queue: string, address: string) => Consumer;

  constructor(lane: Lane, removals: Removal[], start: (queue: string, address: string) => Consumer) {
    this.lane = lane;
    this.#removals = removals;
    this.#start = start;
  }

  ready(pod: string, address: string): void {
    if (!this.#consumers.has(pod)) this.#consumers.set(pod, this.#start(this.lane.name, address));
  }

  gone(pod: string, marked: boolean): void {
    const consumer = this.#consumers.get(pod);
    if (consumer === undefined) return;
    const { job, busySeconds } = consumer;
    const all = [...this.#consumers.values()];
    const busyShare = all.filter((one) => one.job !== undefined).length / all.length;
    consumer.kill();
    this.#consumers.delete(pod);
    this.#removals.push({ lane: this.lane.name, at: Date.now() / 1000, job, busySeconds, marked, busyShare });
  }

  close(): void {
    for (const consumer of this.#consumers.values()) consumer.kill();
    this.#consumers.clear();
  }
}
