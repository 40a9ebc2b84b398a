import type { State } from "../core/state.ts";

/** A stored state that is not taken over: its target begins with a new one. */
export interface RefusedState {
  readonly target: string;
  readonly cause: string;
}

/** Keeps each target's state between ticks, and beyond this process where the store is durable. */
export interface StateStore {
  /** Reads what an earlier leader has left; rejects while the store cannot be read. Called at the begin of each term. */
  open(signal: AbortSignal): Promise<readonly RefusedState[]>;
  load(target: string): State | null;
  /** Remembers at once; a durable store writes soon, several changes together. */
  save(target: string, state: State): void;
  /** Resolves when the target's last saved state is durable, at the latest after a short time; rejects if it could not be written. */
  flush(target: string, signal: AbortSignal): Promise<void>;
  /** Writes what is not durable yet, at the end of a term; never rejects. */
  close(): Promise<void>;
}
