import { setTimeout as delay } from "node:timers/promises";
import type { Clock } from "./types.ts";

/** Time that nobody sets. Waiting does not keep the process alive. */
export const systemClock: Clock = {
  now: () => performance.now(),
  sleep: (milliseconds) => delay(milliseconds, undefined, { ref: false }),
};
