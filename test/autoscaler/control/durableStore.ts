import { stateSchema } from "../../../autoscaler/src/config/stateSchema.ts";
import type { State } from "../../../autoscaler/src/core/state.ts";
import { takeOver } from "../../../autoscaler/src/core/takeOver.ts";
import type { RefusedState, StateStore } from "../../../autoscaler/src/ports/stateStore.ts";
import type { ManualClock } from "./manualClock.ts";

/** What survives a process: text, as in a ConfigMap. Written at every save, so that a test can end a process at any moment. */
export class Disk {
  text: string | undefined;
  savedAt = 0;
}

/** A store of one process over a disk that outlives it. */
export class DurableStore implements StateStore {
  readonly #disk: Disk;
  readonly #clock: ManualClock;
  #state: State | null = null;

  constructor(disk: Disk, clock: ManualClock) {
    this.#disk = disk;
    this.#clock = clock;
  }

  open(): Promise<readonly RefusedState[]> {
    const { text, savedAt } = this.#disk;
    if (text === undefined) return Promise.resolve([]);
    const parsed = stateSchema.parse(JSON.parse(text));
    this.#state = takeOver(JSON.parse(JSON.stringify(parsed)) as State, savedAt, this.#clock.now());
    return Promise.resolve([]);
  }

  load(): State | null {
    return this.#state;
  }

  save(_target: string, state: State): void {
    this.#state = state;
    this.#disk.text = JSON.stringify(state);
    this.#disk.savedAt = this.#clock.now();
  }

  flush(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
