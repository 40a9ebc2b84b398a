const series = /^cache_requests_total\{level="(?<level>\w+)",result="(?<result>\w+)"\} (?<count>\d+)$/;

/** Share of the look-ups that memory or Redis answered, from the gateway's page of metrics; null when there were none. */
export function cacheHitRate(page: string): number | null {
  let hits = 0;
  let lookUps = 0;
  for (const line of page.split("\n")) {
    const { level, result, count } = series.exec(line)?.groups ?? {};
    if (result === "hit") hits += Number(count);
    // Every look-up begins in memory; what Redis is asked is the rest of the same.
    if (level === "memory") lookUps += Number(count);
  }
  return lookUps === 0 ? null : hits / lookUps;
}

/** Null where the page does not come: unknown is not zero. */
export async function readCacheHitRate(metricsUrl: string): Promise<number | null> {
  try {
    return cacheHitRate(await (await fetch(metricsUrl)).text());
  } catch {
    return null;
  }
}
