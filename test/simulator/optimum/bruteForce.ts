import type { OptimumOptions } from "../../../simulator/optimum/optimum.ts";

/** One schedule, priced without the program: jobs are counted one by one, not in steps. */
export interface Priced {
  readonly podSeconds: number;
  readonly late: number;
}

/** Every schedule of whole slots that ends with an empty queue. Only for a few slots and replicas. */
export function everySchedule(options: OptimumOptions & { readonly slotSeconds: number }): readonly Priced[] {
  const wait = Math.round((options.maxWaitSeconds + 1 / options.serviceRate) / options.slotSeconds);
  const slots = Math.round(options.seconds / options.slotSeconds) + wait;
  const priced: Priced[] = [];
  const extend = (replicas: readonly number[]): void => {
    if (replicas.length === slots) {
      const one = price(options, replicas, wait);
      if (one !== undefined) priced.push(one);
      return;
    }
    for (let count = options.minReplicas; count <= options.maxReplicas; count++) extend([...replicas, count]);
  };
  extend([]);
  return priced;
}

function price(
  options: OptimumOptions & { readonly slotSeconds: number },
  replicas: readonly number[],
  wait: number,
): Priced | undefined {
  const { arrivals, slotSeconds, serviceRate, initialReplicas } = options;
  const startCost = options.readinessSeconds + (options.startPriceSeconds ?? 0);
  const queue: number[] = [];
  let next = 0;
  let podSeconds = 0;
  let late = 0;
  for (const [slot, count] of replicas.entries()) {
    while (next < arrivals.length && arrivals[next]! < (slot + 1) * slotSeconds)
      queue.push(Math.floor(arrivals[next++]! / slotSeconds));
    queue.splice(0, Math.round(count * serviceRate * slotSeconds));
    late += queue.filter((arrived) => arrived + wait === slot).length;
    podSeconds += count * slotSeconds + startCost * Math.max(0, count - (replicas[slot - 1] ?? initialReplicas));
  }
  return queue.length === 0 ? { podSeconds, late } : undefined;
}
