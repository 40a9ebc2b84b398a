import { quantiles, type Quantiles } from "./quantiles.ts";

/** Default intervals, seconds: RabbitMQ's statistics, the HPA's sync, KEDA's poll. Nothing of KEDA is run here. */
const intervals = { statistics: 5, hpaSync: 15, kedaPoll: 30 } as const;
/** Points of each interval's grid. */
const steps = 200;

/** Seconds from a step of the load to the decision by KEDA and HPA, as their intervals alone make them: each phase evenly random, every call free. */
export function kedaArithmetic(): { readonly oneToMany: Quantiles; readonly zeroToOne: Quantiles } {
  const { statistics, hpaSync, kedaPoll } = intervals;
  return {
    oneToMany: quantiles(sumsOfTwo(statistics, hpaSync)),
    // KEDA's operator itself writes the first replica, at its own poll.
    zeroToOne: quantiles(sumsOfTwo(statistics, kedaPoll)),
  };
}

function sumsOfTwo(one: number, other: number): number[] {
  const phases = Array.from({ length: steps }, (_, step) => (step + 0.5) / steps);
  return phases.flatMap((a) => phases.map((b) => a * one + b * other));
}
