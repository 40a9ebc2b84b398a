import type { State } from "../../core/state.ts";
import type { RefusedState, StateStore } from "../../ports/stateStore.ts";

/** States of this process only: after a restart the core seeds a new one from the present count, which lowers nothing at once. */
export class MemoryStateStore implements StateStore {
  readonly #states = new Map<string, State>();

  open(): Promise<readonly RefusedState[]> {
    return Promise.resolve([]);
  }

  load(target: string): State | null {
    return this.#states.get(target) ?? null;
  }

  save(target: string, state: State): void {
    this.#states.set(target, state);
  }

  flush(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
