/** A mean of several seeds, and how far it may be off. */
export interface Interval {
  readonly mean: number;
  /** Of the 95 % confidence interval, which assumes that the seeds' values are normal; null with one seed. */
  readonly halfWidth: number | null;
}

/** Quantiles at 97.5 % of Student's t by degrees of freedom from 1 on; NIST/SEMATECH e-Handbook, section 1.3.6.7.2. */
const quantiles = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131, 2.12, 2.11,
  2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045,
];

/** More seeds than the quantiles reach. */
export const maxSeeds = quantiles.length + 1;

/** Of one value a seed. Null when any of them is unknown: a mean of the others would be a mean of the easy ones. */
export function interval(values: readonly (number | null)[]): Interval | null {
  const known = values.filter((value) => value !== null);
  if (known.length < values.length || known.length === 0) return null;
  const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
  const quantile = quantiles[known.length - 2];
  if (quantile === undefined) return { mean, halfWidth: null };
  const variance = known.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (known.length - 1);
  return { mean, halfWidth: quantile * Math.sqrt(variance / known.length) };
}
