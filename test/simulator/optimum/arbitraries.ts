import fc from "fast-check";
import type { OptimumOptions } from "../../../simulator/optimum/optimum.ts";

/** Whole jobs to a replica's slot, and whole slots to a wait: nothing is rounded. */
export type Exact = OptimumOptions & { readonly slotSeconds: number };

interface Size {
  readonly slots: number;
  readonly replicas: number;
  readonly jobs: number;
}

export const exactOptions = ({ slots, replicas, jobs }: Size): fc.Arbitrary<Exact> =>
  fc
    .record({
      length: fc.integer({ min: 1, max: slots }),
      at: fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), { maxLength: jobs }),
      perSlot: fc.integer({ min: 1, max: 2 }),
      waitSlots: fc.integer({ min: 1, max: 3 }),
      bounds: fc.tuple(fc.nat(replicas), fc.nat(replicas), fc.nat(replicas)),
      readinessSeconds: fc.integer({ min: 0, max: 6 }),
      startPriceSeconds: fc.integer({ min: 0, max: 2 }),
    })
    .map(({ length, at, perSlot, waitSlots, bounds, readinessSeconds, startPriceSeconds }) => {
      const [minReplicas, initialReplicas, maxReplicas] = [...bounds].sort((a, b) => a - b) as [number, number, number];
      return {
        arrivals: Float64Array.from(at, (part) => part * length).sort(),
        seconds: length,
        serviceRate: perSlot,
        readinessSeconds,
        startPriceSeconds,
        maxWaitSeconds: waitSlots - 1 / perSlot,
        minReplicas,
        maxReplicas: Math.max(1, maxReplicas),
        initialReplicas,
        slotSeconds: 1,
        stepsPerSlot: perSlot,
      };
    });

/** Ten minutes of bursts and lulls, with bounds that never bind. */
export const workload: fc.Arbitrary<OptimumOptions> = fc
  .record({
    phases: fc.array(fc.tuple(fc.integer({ min: 5, max: 120 }), fc.constantFrom(0, 0.1, 1, 5)), {
      minLength: 1,
      maxLength: 8,
    }),
    serviceRate: fc.double({ min: 0.1, max: 3, noNaN: true }),
    readinessSeconds: fc.double({ min: 0, max: 60, noNaN: true }),
    maxWaitSeconds: fc.double({ min: 2, max: 60, noNaN: true }),
    minReplicas: fc.nat(1),
  })
  .map(({ phases, ...rest }) => {
    const arrivals: number[] = [];
    let start = 0;
    for (const [seconds, rate] of phases) {
      for (let job = 0; job < rate * seconds; job++) arrivals.push(start + job / rate);
      start += seconds;
    }
    const inside = arrivals.filter((at) => at < start);
    return { ...rest, arrivals: Float64Array.from(inside), seconds: start, maxReplicas: 200, initialReplicas: 1 };
  });
