import type { State } from "../../core/state.ts";
import type { StateStore } from "../../ports/stateStore.ts";

/** States of this process only: after a restart the core seeds a new one from the present count, which lowers nothing at once. */
export class MemoryStateStore implements StateStore {
  readonly #states = new Map<string, State>();

  load(target: string): State | null {
    return this.#states.get(target) ?? null;
  }

  save(target: string, state: State): void {
    this.#states.set(target, state);
  }
}
