import { send } from "./client.ts";
import type { Session } from "./session.ts";

/** Milliseconds for one replica to have it: one that hangs is listed until the cluster's node timeout. */
const waitMs = 500;
/** Milliseconds that the marker lives: nobody reads it. */
const markerMs = "1000";

/** What a question needs of a session. */
export type Confirming = Pick<Session, "confirm">;

/**
 * Whether a replica has what a session has written. WAIT blocks its connection and counts what this connection wrote. So it
 * has one of its own, where a marker goes before it: the marker comes behind all that the member had answered before, and
 * what is written meanwhile never stands behind a WAIT.
 */
export class Replication {
  readonly #last = new WeakMap<Confirming, Promise<boolean>>();
  readonly #next = new WeakMap<Confirming, Promise<boolean>>();

  /**
   * For what the member has answered before this call. `marker`: a key of a slot of this member. One WAIT at a time: all who
   * ask while one is under way share the next. False when no replica has it in time; rejects when the member cannot tell.
   */
  confirm(session: Confirming, marker: string): Promise<boolean> {
    const waiting = this.#next.get(session);
    if (waiting) return waiting;
    const before = this.#last.get(session) ?? Promise.resolve(false);
    const next = before
      .catch(() => false)
      .then(() => {
        // From here on it has begun, and covers nothing that comes later.
        this.#next.delete(session);
        return wait(session, marker);
      });
    this.#next.set(session, next);
    this.#last.set(session, next);
    return next;
  }
}

async function wait({ confirm }: Confirming, marker: string): Promise<boolean> {
  const [marked, replicas] = await Promise.allSettled([
    send(confirm, ["SET", marker, "1", "PX", markerMs]),
    send(confirm, ["WAIT", "1", waitMs.toString()]),
  ]);
  if (marked.status === "fulfilled" && replicas.status === "fulfilled") return Number(replicas.value) >= 1;
  const reason: unknown = marked.status === "rejected" ? marked.reason : (replicas as PromiseRejectedResult).reason;
  // A full member still deletes, but takes no marker: then nothing is known of its replicas.
  if (reason instanceof Error && reason.message.startsWith("OOM")) return false;
  throw reason;
}
