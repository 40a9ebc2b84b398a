import { setTimeout as delay } from "node:timers/promises";

/** Polls until the condition holds or fails after the deadline. A condition that throws does not hold yet. */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  timeoutSeconds = 10,
): Promise<void> {
  const deadline = Date.now() + timeoutSeconds * 1000;
  let last: unknown;
  for (;;) {
    try {
      if (await condition()) return;
      last = undefined;
    } catch (error) {
      last = error;
    }
    if (Date.now() > deadline) throw new Error(`waited ${timeoutSeconds} s until ${what}`, { cause: last });
    await delay(50);
  }
}
