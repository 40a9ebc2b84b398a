/** One answer; status 0: there was none. Times are epoch seconds. */
export interface Attempt {
  readonly endedAt: number;
  readonly status: number;
}

/** What a caller asked for: one request, and the one repetition that the services' documentation allows. */
export interface Operation {
  readonly kind: "read" | "start";
  readonly sentAt: number;
  /** Of the execution that was to be started: its Idempotency-Key. */
  readonly key?: string;
  readonly attempts: Attempt[];
  /** Whether nothing more is done for it. */
  over: boolean;
}

/** What became of the operations of a time. */
export interface RequestCounts {
  readonly operations: number;
  /** Whose first answer was not the expected one. */
  readonly failedRaw: number;
  /** Whose repetition did not succeed either. */
  readonly failedAfterRetry: number;
  /** First answers that failed, by status; "none" where there was none. */
  readonly byStatus: Readonly<Record<string, number>>;
  /** Longest time to a first answer. */
  readonly slowestSeconds: number;
}

const expected = { read: 200, start: 202 } as const;

/** Whether the answer is what was asked for. */
export const succeeded = (kind: Operation["kind"], { status }: Attempt): boolean => status === expected[kind];

/** Whether a careful client asks once more: a 503, or no answer. */
export const mayRetry = ({ status }: Attempt): boolean => status === 503 || status === 0;

const failedFirst = ({ kind, attempts: [first] }: Operation): boolean => first !== undefined && !succeeded(kind, first);
const failedLast = ({ kind, attempts, over }: Operation): boolean => {
  const last = attempts.at(-1);
  return over && (last === undefined || !succeeded(kind, last));
};

/** Of operations that are over. */
export function countRequests(operations: readonly Operation[]): RequestCounts {
  const byStatus: Record<string, number> = {};
  for (const { attempts } of operations.filter(failedFirst)) {
    const status = String(attempts[0]?.status ?? 0);
    byStatus[status === "0" ? "none" : status] = (byStatus[status === "0" ? "none" : status] ?? 0) + 1;
  }
  return {
    operations: operations.length,
    failedRaw: operations.filter(failedFirst).length,
    failedAfterRetry: operations.filter(failedLast).length,
    byStatus,
    slowestSeconds: Math.max(
      0,
      ...operations.map(({ sentAt, attempts: [first] }) => (first?.endedAt ?? sentAt) - sentAt),
    ),
  };
}

/** Keys of the executions that the gateway has accepted: from then on it answers for them. */
export function acceptedKeys(operations: readonly Operation[]): readonly string[] {
  return operations.flatMap(({ kind, key, attempts }) =>
    kind === "start" && key !== undefined && attempts.some((attempt) => succeeded(kind, attempt)) ? [key] : [],
  );
}

/** When the last failing answer came, or would have: undefined where none failed. */
export function lastFailureAt(operations: readonly Operation[]): number | undefined {
  const ends = operations.flatMap(({ kind, attempts }) =>
    attempts.filter((attempt) => !succeeded(kind, attempt)).map(({ endedAt }) => endedAt),
  );
  return ends.length === 0 ? undefined : Math.max(...ends);
}

/** Whether for so many seconds until `now` nothing has failed and nothing is left without an answer for longer. */
export function isQuiet(operations: readonly Operation[], now: number, seconds: number): boolean {
  const waiting = operations.some(({ sentAt, attempts }) => attempts.length === 0 && sentAt < now - seconds);
  const failed = lastFailureAt(operations);
  return !waiting && (failed === undefined || failed < now - seconds);
}
