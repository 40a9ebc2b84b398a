import { percentile } from "../demo/ledger.ts";

export interface Quantiles {
  readonly p50: number | null;
  readonly p99: number | null;
  readonly max: number | null;
}

/** Three decimals; null when there are no values. With fewer than 100 values p99 is the highest. */
export function quantiles(values: readonly number[]): Quantiles {
  const at = (share: number): number | null => {
    const value = percentile(values, share);
    return value === null ? null : round(value);
  };
  return { p50: at(0.5), p99: at(0.99), max: at(1) };
}

export const round = (value: number, decimals = 3): number => Math.round(value * 10 ** decimals) / 10 ** decimals;
