import type { Curve } from "../model.ts";

/** How near two curves are, in the unit of their values. */
export interface Closeness {
  /** Root of the mean squared difference. */
  readonly rmse: number;
  readonly largest: number;
  /** Seconds by which the second one comes later than the first, by where it is nearest to it; negative: earlier. */
  readonly lagSeconds: number;
  /** With the second one moved by that. */
  readonly rmseAtLag: number;
}

const stepSeconds = 0.5;
const mostLagSeconds = 60;

/** Compares two step functions over [0, seconds), of which both know the value at 0. */
export function closeness(one: Curve, other: Curve, seconds: number): Closeness {
  const [first, second] = [sampled(one, seconds), sampled(other, seconds)];
  const most = Math.min(mostLagSeconds / stepSeconds, Math.floor(first.length / 2));
  let best = { lag: 0, rmse: rmseOf(first, second, 0) };
  // From 0 outwards and only when better: of equals the smallest lag.
  for (let lag = 1; lag <= most; lag++)
    for (const signed of [lag, -lag]) {
      const rmse = rmseOf(first, second, signed);
      if (rmse < best.rmse - 1e-12) best = { lag: signed, rmse };
    }
  return {
    rmse: rmseOf(first, second, 0),
    largest: Math.max(...first.map((value, i) => Math.abs(value - (second[i] ?? value)))),
    lagSeconds: best.lag * stepSeconds,
    rmseAtLag: best.rmse,
  };
}

/** ∫ over [0, seconds). */
export function integral({ times, values }: Curve, seconds: number): number {
  return values.reduce((sum, value, i) => {
    const [from, to] = [Math.min(times[i] ?? 0, seconds), Math.min(times[i + 1] ?? seconds, seconds)];
    return sum + value * (to - from);
  }, 0);
}

function sampled({ times, values }: Curve, seconds: number): number[] {
  let place = 0;
  return Array.from({ length: Math.ceil(seconds / stepSeconds) }, (_, i) => {
    while ((times[place + 1] ?? Infinity) <= i * stepSeconds) place++;
    return values[place] ?? 0;
  });
}

/** Over the part that both have. */
function rmseOf(one: readonly number[], other: readonly number[], lag: number): number {
  let [sum, count] = [0, 0];
  for (let i = Math.max(0, -lag); i < one.length && i + lag < other.length; i++) {
    sum += ((one[i] ?? 0) - (other[i + lag] ?? 0)) ** 2;
    count++;
  }
  return Math.sqrt(sum / count);
}
