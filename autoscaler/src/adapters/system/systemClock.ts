import { setTimeout } from "node:timers/promises";
import type { SteadyClock } from "../../ports/clock.ts";

/** The machine's clock, timers and randomness. */
export const systemClock: SteadyClock = {
  now: () => Date.now() / 1000,
  monotonic: () => performance.now() / 1000,
  async sleep(seconds, signal) {
    // The only rejection is the abort, which the port defines as an early end.
    await setTimeout(seconds * 1000, undefined, { signal }).catch(() => undefined);
  },
  random: () => Math.random(),
};
