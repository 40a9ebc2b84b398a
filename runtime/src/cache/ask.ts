import { newId } from "./envelope.ts";
import type { Clock, Store, StoredValue } from "./types.ts";

/** What the shared level says: a value to answer, the right to load, or nothing that helps. */
export type Answer =
  | { readonly kind: "fresh"; readonly stored: StoredValue; readonly readAt: number }
  | { readonly kind: "lease"; readonly token: string; readonly stale: StoredValue | undefined }
  | { readonly kind: "alone"; readonly error: unknown; readonly stale: StoredValue | undefined };

export interface Asking {
  readonly store: Store;
  readonly clock: Clock;
  /** Milliseconds to wait for somebody else's load. */
  readonly patienceMs: number;
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
}

/** Milliseconds between polls: most loads are quick, and one process asks once for all its callers. */
const pollMs: readonly number[] = [5, 10, 20, 40];
const lastPollMs = 50;

/**
 * Until there is a value or the lease is ours; "alone" when the store does not answer or somebody loads for too long. Rejects
 * with the signal's reason.
 */
export async function ask(key: string, { store, clock, patienceMs, signal }: Asking): Promise<Answer> {
  const deadline = clock.now() + patienceMs;
  const token = newId();
  let doubted: string | undefined;
  let stale: StoredValue | undefined;
  try {
    for (let polls = 0; clock.now() < deadline; polls++) {
      const readAt = clock.now();
      const stored = await store.read(key);
      stale = staleOf(stored);
      // Whatever replaces a doubtful value was loaded after this flight had begun.
      doubted ??= doubtedId(stored);
      if (stored && isUsable(stored, doubted)) return { kind: "fresh", stored, readAt };
      const outcome = await store.acquire(key, idOf(stored), token);
      if (outcome === "acquired") return { kind: "lease", token, stale };
      signal.throwIfAborted();
      // At once after the first change: the other one's value is there.
      if (outcome === "busy" || polls > 0) await clock.sleep(pollMs[polls] ?? lastPollMs);
    }
    throw new Error("somebody else holds the lease for too long");
  } catch (error) {
    signal.throwIfAborted();
    return { kind: "alone", error, stale };
  }
}

const doubtedId = (stored: StoredValue | undefined): string => (stored?.doubtful ? stored.id : "");
const idOf = (stored: StoredValue | undefined): string => stored?.id ?? "";

/** `doubted`: id of a doubtful value that was seen first; another one may be answered. */
export const isUsable = ({ id, freshMs, revoked, doubtful }: StoredValue, doubted = ""): boolean =>
  freshMs > 0 && !revoked && (!doubtful || (doubted !== "" && id !== doubted));

/** What may be answered if the source fails: never what has been invalidated. */
const staleOf = (stored: StoredValue | undefined): StoredValue | undefined =>
  stored === undefined || stored.revoked || stored.doubtful ? undefined : stored;
