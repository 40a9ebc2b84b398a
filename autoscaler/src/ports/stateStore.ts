import type { State } from "../core/state.ts";

/** Keeps a target's state between ticks. */
export interface StateStore {
  load(target: string): State | null;
  save(target: string, state: State): void;
}
