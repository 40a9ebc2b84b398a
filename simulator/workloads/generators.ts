import { randomExponential } from "d3-random";
import { createRandom, seedFor, type Random } from "../random/random.ts";

/** Arrival times in [0, seconds), ascending. Rates are jobs per second. */
type Arrivals = Float64Array;

/** A Poisson process of constant rate. */
export function poisson({ rate, seconds }: { rate: number; seconds: number }, seed: number): Arrivals {
  return thinned({ highest: rate, seconds }, () => rate, seed);
}

/** A Poisson process whose rate goes from `from` to `to` in a straight line. */
export function ramp({ from, to, seconds }: { from: number; to: number; seconds: number }, seed: number): Arrivals {
  return thinned({ highest: Math.max(from, to), seconds }, (at) => from + ((to - from) * at) / seconds, seed);
}

/** Two rates in turn. */
export interface OnOff {
  /** Means; each spell's length is exponential. */
  readonly onSeconds: number;
  readonly offSeconds: number;
  readonly onRate: number;
  readonly offRate: number;
  readonly seconds: number;
}

/**
 * A Poisson process that switches between two rates at random times, beginning with `offRate`: a Markov-modulated Poisson
 * process of two states (Fischer and Meier-Hellstern 1993), with an `offRate` of 0 Kuczura's interrupted one (1973).
 */
export function onOff({ onSeconds, offSeconds, onRate, offRate, seconds }: OnOff, seed: number): Arrivals {
  // Of its own, so that the spells are those of the seed whatever the rates.
  const spells = createRandom(seedFor(seed, "spells"));
  let isOn = false;
  let until = exponential(offSeconds, spells);
  const rateAt = (at: number): number => {
    while (at >= until) {
      isOn = !isOn;
      until += exponential(isOn ? onSeconds : offSeconds, spells);
    }
    return isOn ? onRate : offRate;
  };
  return thinned({ highest: Math.max(onRate, offRate), seconds }, rateAt, seed);
}

/**
 * A Poisson process whose rate changes, by thinning one of the highest rate (Lewis and Shedler 1979). `rateAt` is asked
 * with times that only rise.
 */
function thinned(
  { highest, seconds }: { highest: number; seconds: number },
  rateAt: (at: number) => number,
  seed: number,
): Arrivals {
  const random = createRandom(seedFor(seed, "arrivals"));
  const kept: number[] = [];
  if (highest <= 0) return Float64Array.from(kept);
  for (let at = exponential(1 / highest, random); at < seconds; at += exponential(1 / highest, random))
    if (random() * highest < rateAt(at)) kept.push(at);
  return Float64Array.from(kept);
}

const exponential = (mean: number, random: Random): number => randomExponential.source(random)(1 / mean)();
