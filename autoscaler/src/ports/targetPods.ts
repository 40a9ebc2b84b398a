/** One pod of a target, as its watch last told. Times are epoch seconds. */
export interface Pod {
  readonly name: string;
  /** Empty until the pod has an address. */
  readonly address: string;
  readonly phase: string;
  readonly ready: boolean;
  readonly terminating: boolean;
  readonly startedAt?: number;
  /** When the Ready condition last changed. */
  readonly readyChangedAt?: number;
  /** Summed requests of its containers; absent when a container has none. CPU in cores, memory in bytes. */
  readonly cpuRequest?: number;
  readonly memoryRequest?: number;
}

export interface TargetPods {
  /** Undefined while the watch has not listed yet or has been broken for too long: unknown is not zero. */
  list(): readonly Pod[] | undefined;
}
