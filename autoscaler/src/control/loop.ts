import type { Clock } from "../ports/clock.ts";

/** One target's loop. */
export interface Loop {
  /** From the start of one tick to the start of the next. */
  readonly periodSeconds: number;
  /** One tick; resolves to whether it succeeded. A rejection counts as a failure. */
  readonly tick: (signal: AbortSignal) => Promise<boolean>;
}

/** Relative: ticks of many targets must not march in step. */
const jitter = 0.1;
/** In periods. Most of a failing tick is answered from caches, and whatever comes back must be seen within two periods. */
const pauseAfterFailures = 1.5;

/**
 * Runs all loops until the signal aborts; resolves when no tick is in flight any more. Never rejects: one target's
 * trouble is no other target's, and whoever ends a term relies on nothing being written afterwards.
 */
export async function runLoops(loops: readonly Loop[], clock: Clock, signal: AbortSignal): Promise<void> {
  await Promise.all(loops.map((loop) => runLoop(loop, clock, signal)));
}

/** Ticks once a period, the next never before the last has ended; the first at a random point of the first period. Never rejects. */
export async function runLoop({ periodSeconds, tick }: Loop, clock: Clock, signal: AbortSignal): Promise<void> {
  let failures = 0;
  // Unjittered first ticks of 1,000 targets gave KEDA thousands of poll errors a minute: kedacore/keda#7676.
  let pauseSeconds = clock.random() * periodSeconds;
  for (;;) {
    await clock.sleep(pauseSeconds, signal);
    if (signal.aborted) return;
    const startedAt = clock.now();
    failures = (await succeeds(tick, signal)) ? 0 : failures + 1;
    // A clock that was set back must not lengthen the pause.
    const elapsedSeconds = Math.max(0, clock.now() - startedAt);
    // Centred on the period, so that over many ticks the rate is the configured one.
    const interval = intervalSeconds(periodSeconds, failures) * (1 + jitter * (2 * clock.random() - 1));
    // A tick longer than its period is followed at once, and the ticks it missed are not made up for.
    pauseSeconds = Math.max(0, interval - elapsedSeconds);
  }
}

/** Seconds from one tick to the next, without jitter; `failures` in a row: one is retried after a normal period. */
export function intervalSeconds(periodSeconds: number, failures: number): number {
  return failures <= 1 ? periodSeconds : periodSeconds * pauseAfterFailures;
}

async function succeeds(tick: Loop["tick"], signal: AbortSignal): Promise<boolean> {
  try {
    return await tick(signal);
  } catch {
    return false;
  }
}
