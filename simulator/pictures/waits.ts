/**
 * The longest wait of the jobs that arrived in each of `count` equal parts of the time, at the part's middle; null where none
 * arrived.
 */
export function longestWaits(
  { arrivals, waits }: { readonly arrivals: Float64Array; readonly waits: Float64Array },
  seconds: number,
  count: number,
): { at: number; seconds: number | null }[] {
  const longest = new Array<number | null>(count).fill(null);
  for (let job = 0; job < arrivals.length; job++) {
    const part = Math.min(count - 1, Math.floor(((arrivals[job] ?? 0) / seconds) * count));
    longest[part] = Math.max(longest[part] ?? 0, waits[job] ?? 0);
  }
  return longest.map((wait, part) => ({ at: ((part + 0.5) * seconds) / count, seconds: wait }));
}
