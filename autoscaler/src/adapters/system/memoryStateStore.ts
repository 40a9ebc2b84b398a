import type { State } from "../../core/state.ts";
import type { RefusedState, StateStore } from "../../ports/stateStore.ts";

/** States of this process only: after a restart the core seeds a new one from the present count, which lowers nothing at once. */
export class MemoryStateStore implements StateStore {
  readonly #states = new Map<string, State>();

  /** Nothing is stored, so nothing can be refused; what an earlier term of this process left is still good. */
  open(): Promise<readonly RefusedState[]> {
    return Promise.resolve([]);
  }

  /** Null: never saved in this process. */
  load(target: string): State | null {
    return this.#states.get(target) ?? null;
  }

  save(target: string, state: State): void {
    this.#states.set(target, state);
  }

  /** Nothing outlives the process, so there is nothing to wait for. */
  flush(): Promise<void> {
    return Promise.resolve();
  }

  /** The states stay: the next term of the same process takes them up. */
  close(): Promise<void> {
    return Promise.resolve();
  }
}
