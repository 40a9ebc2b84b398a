import type { QueueStatistics, Signal, Signals, Timer } from "../model.ts";
import { usable } from "../signal.ts";
import type { NoAck } from "../state.ts";

type Silences = Readonly<Record<string, NoAck>>;

/** How long each metric has had waiting messages and consumers, but no ack: stuck at `forSeconds`, undefined: never. */
export function updateNoAck(before: Silences, signals: Signals, now: number, forSeconds: number | undefined): Silences {
  if (forSeconds === undefined) return {};
  const entries = Object.entries(signals).flatMap(([metric, signal]): [string, NoAck][] => {
    const silence = next(before[metric], verdict(signal), now, forSeconds);
    return silence === undefined ? [] : [[metric, silence]];
  });
  return Object.fromEntries(entries);
}

type Verdict = "silent" | "working" | "unknown";

function next(before: NoAck | undefined, seen: Verdict, now: number, forSeconds: number): NoAck | undefined {
  if (seen === "working") return undefined;
  // What was not seen neither proves that nothing was acknowledged nor that it was.
  if (seen === "unknown") return before?.stuck === true ? before : undefined;
  // A silence from the future, after the clock was set back, would never come to its end.
  const since = Math.min(before?.since ?? now, now);
  // Once stuck, an ack, an empty queue or the absence of consumers ends it, not a longer silence.
  return { since, stuck: before?.stuck === true || now - since >= forSeconds };
}

function verdict(signal: Signal): Verdict {
  const queue = usable(signal)?.queue;
  if (queue === undefined) return "unknown";
  if (works(queue)) return "working";
  const { ready, consumers, ackRate } = queue;
  // `works` takes an absent rate for 0; here that is not enough to accuse anybody.
  return [ready, consumers, ackRate].includes(undefined) ? "unknown" : "silent";
}

/** Acks, or nothing and nobody to expect any from. Consumers that need not acknowledge take messages and never hold any. */
function works({ ready, consumers, ackRate = 0, unacknowledged, deliverRate = 0 }: QueueStatistics): boolean {
  return ready === 0 || consumers === 0 || ackRate > 0 || (unacknowledged === 0 && deliverRate > 0);
}

/** How long silences have to last on to become a verdict. */
export function noAckTimers(silences: Silences, now: number, forSeconds: number | undefined): Timer[] {
  if (forSeconds === undefined) return [];
  return Object.entries(silences)
    .filter(([, { stuck }]) => !stuck)
    .map(([metric, { since }]) => ({ name: `no ack of ${metric}`, secondsLeft: forSeconds - (now - since) }));
}
