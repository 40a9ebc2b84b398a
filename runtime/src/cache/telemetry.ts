/** What the cache module tells while it works; metrics/ turns it into series. Durations in seconds. */
export interface CacheTelemetry {
  /** One lookup at one level. `stale`: served beyond its time to live because the source failed. `error`: the level did not answer. */
  lookup(event: { readonly level: "memory" | "redis"; readonly result: "hit" | "miss" | "stale" | "error" }): void;
  /** One call of a loader. */
  load(event: { readonly outcome: "ok" | "error"; readonly seconds: number }): void;
  /** An entry left the memory level before its time because there was no room. */
  eviction(): void;
  /** One invalidation at one level. */
  invalidation(event: { readonly level: "memory" | "redis" | "cdn"; readonly outcome: "ok" | "error" }): void;
}

export interface CacheStatus {
  readonly memoryBytes: number;
  readonly memoryEntries: number;
  /** Whether Redis answers now. */
  readonly redisConnected: boolean;
}
