/** Takes pino and whatever else has these four. */
export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** Monotonic milliseconds and waiting; given, so that tests need no real time. */
export interface Clock {
  now(): number;
  sleep(milliseconds: number): Promise<void>;
}

/** What to drop: names of keys and tags as callers know them. */
export interface Dropped {
  readonly keys: readonly string[];
  readonly tags: readonly string[];
}

/** What Redis holds of a key. */
export interface StoredValue {
  /** Of this write alone: two writes never share it. */
  readonly id: string;
  readonly value: unknown;
  readonly tags: readonly string[];
  /** Milliseconds until it is stale; 0 or less within its grace. */
  readonly freshMs: number;
  /** Length of its text, for the bound of the memory level. */
  readonly size: number;
  /** A tag of it has been invalidated since it was loaded. */
  readonly revoked: boolean;
  /** An invalidation may be under way that this copy has not seen: it may only be answered once it has changed. */
  readonly doubtful: boolean;
}

export interface NewValue {
  readonly text: string;
  readonly milliseconds: number;
}

/** The level that processes share. Each method rejects when it cannot tell; nothing is retried here. */
export interface Store {
  read(key: string): Promise<StoredValue | undefined>;
  /** Who may load. `changed`: the value is another than `seenId`, so read again. `busy`: somebody else loads. */
  acquire(key: string, seenId: string, token: string): Promise<"acquired" | "changed" | "busy">;
  renew(key: string, token: string): Promise<boolean>;
  /** False when the lease was revoked by an invalidation or has ended: nothing is stored then. */
  fill(key: string, token: string, value: NewValue): Promise<boolean>;
  release(key: string, token: string): Promise<void>;
  /** The present version of each tag, made where there is none. */
  tagVersions(tags: readonly string[], milliseconds: number): Promise<Readonly<Record<string, string>>>;
}

/** How far the memory level can trust that it heard of every invalidation. */
export interface Freshness {
  /** All invalidations before this time of the clock have been heard; -Infinity while a link is down. */
  readonly heardUntil: number;
  /** Another number after each gap, in which messages may have been lost. */
  readonly generation: number;
}
