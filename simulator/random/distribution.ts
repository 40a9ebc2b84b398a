import { randomExponential, randomLogNormal, randomPoisson } from "d3-random";
import type { Distribution } from "../model.ts";
import type { Random } from "./random.ts";

/**
 * Draws from a distribution, in seconds. Throws a RangeError that lists everything a distribution cannot be, such as a
 * negative time.
 */
export function sampler(distribution: Distribution, random: Random): () => number {
  const problems = problemsOf(distribution);
  if (problems.length > 0) throw new RangeError(problems.join("; "));
  const { mean } = distribution;
  // A time of nothing has no spread to draw, and a rate of 1 ÷ 0 none either.
  if (mean === 0) return () => 0;
  switch (distribution.kind) {
    case "constant":
      return () => mean;
    case "uniform":
      return () => mean + distribution.halfWidth * (2 * random() - 1);
    case "exponential":
      return randomExponential.source(random)(1 / mean);
    case "lognormal":
      return lognormal(mean, distribution.cv, random);
  }
}

// Of a log-normal with parameters μ and σ: mean = e^(μ + σ²/2), cv² = e^(σ²) − 1.
function lognormal(mean: number, cv: number, random: Random): () => number {
  const variance = Math.log1p(cv ** 2);
  return randomLogNormal.source(random)(Math.log(mean) - variance / 2, Math.sqrt(variance));
}

/** How many events there are of `mean` on average; 0 for a mean of 0. */
export function poissonCount(mean: number, random: Random): number {
  return mean === 0 ? 0 : randomPoisson.source(random)(mean)();
}

function problemsOf(distribution: Distribution): string[] {
  const { kind, mean } = distribution;
  const atLeastZero = (name: string, value: number): string[] =>
    value >= 0 && Number.isFinite(value) ? [] : [`${kind}: ${name} must be at least 0, not ${value}`];
  return [
    ...atLeastZero("mean", mean),
    ...(kind === "lognormal" ? atLeastZero("cv", distribution.cv) : []),
    ...(kind === "uniform" ? atLeastZero("halfWidth", distribution.halfWidth) : []),
    ...(kind === "uniform" && distribution.halfWidth > mean
      ? [`uniform: halfWidth must be at most the mean (${mean}), not ${distribution.halfWidth}`]
      : []),
  ];
}
