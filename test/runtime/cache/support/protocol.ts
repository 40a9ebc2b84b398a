/** What the parent asks of a child. */
export type Request =
  | { readonly op: "getOrLoad"; readonly key: string; readonly count: number; readonly tags?: readonly string[] }
  | { readonly op: "invalidate"; readonly keys?: readonly string[]; readonly tags?: readonly string[] }
  | { readonly op: "read"; readonly keys: number; readonly lanes: number; readonly pauseMs: number }
  | { readonly op: "watch"; readonly key: string; readonly beyond: number }
  | { readonly op: "stopReading" }
  | { readonly op: "status" };

/** One read of a child: the machine's monotonic clock in nanoseconds, milliseconds, and what it got. */
export type Read = readonly [startedAt: string, milliseconds: number, key: string, version: number | null];

export type ToChild =
  | { readonly call: number; readonly request: Request }
  | { readonly loaded: number; readonly value: unknown }
  | { readonly loaded: number; readonly error: string };

export type ToParent =
  | { readonly ready: true }
  | { readonly call: number; readonly result: unknown }
  | { readonly call: number; readonly error: string }
  | { readonly load: number; readonly key: string }
  | { readonly reads: readonly Read[]; readonly errors: readonly string[] };
