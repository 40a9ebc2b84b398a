import type { SteadyClock } from "../../ports/clock.ts";

/** Signal → what wakes those who sleep under it: a signal searches its listeners one by one, so thousands must not have one each. */
const sleepers = new WeakMap<AbortSignal, Set<() => void>>();

/** The machine's clock, timers and randomness. */
export const systemClock: SteadyClock = {
  now: () => Date.now() / 1000,
  monotonic: () => performance.now() / 1000,
  sleep(seconds, signal) {
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        forget(wake, signal);
        resolve();
      };
      const timer = setTimeout(wake, seconds * 1000);
      remember(wake, signal);
    });
  },
  random: () => Math.random(),
};

function remember(wake: () => void, signal: AbortSignal): void {
  const known = sleepers.get(signal);
  if (known !== undefined) {
    known.add(wake);
    return;
  }
  sleepers.set(signal, new Set([wake]));
  signal.addEventListener("abort", wakeAll, { once: true });
}

function forget(wake: () => void, signal: AbortSignal): void {
  const known = sleepers.get(signal);
  known?.delete(wake);
  if (known?.size !== 0) return;
  sleepers.delete(signal);
  // Node keeps a combined signal for ever while somebody listens to it.
  signal.removeEventListener("abort", wakeAll);
}

function wakeAll({ target }: Event): void {
  for (const wake of sleepers.get(target as AbortSignal) ?? []) wake();
}
