/** What `divisor` may shrink so that at least `leastGi` of `memoryGi` are left, both GiB; 1 or more. */
export const divisorFor = (divisor: number, memoryGi: number, leastGi: number): number =>
  Math.max(1, Math.min(divisor, memoryGi / leastGi));
