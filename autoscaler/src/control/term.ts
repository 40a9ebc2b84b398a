import type { Clock } from "../ports/clock.ts";
import type { RefusedState, StateStore } from "../ports/stateStore.ts";
import type { Telemetry } from "../ports/telemetry.ts";
import { errorMessage } from "./errorMessage.ts";
import { runLoops, type Loop } from "./loop.ts";

/** What a term works with; all of it outlives the term. */
export interface TermParts {
  readonly states: StateStore;
  readonly telemetry: Telemetry;
  readonly clock: Clock;
  /** Resolves when what the first ticks look at is known, or cannot be for now. Never rejects. */
  readonly ready: () => Promise<void>;
  /** Loops with nothing remembered from an earlier term. */
  readonly loops: () => readonly Loop[];
  /** Hears of each stored state that is not taken over. */
  readonly onRefused: (refused: RefusedState) => void;
}

const retrySeconds = 1;
/** An API server that is away ends the term sooner; whoever refuses this long will go on refusing. */
const longestOpenSeconds = 10;

/**
 * One term of leadership: takes over what the last leader left, runs all loops until the term ends, and leaves it
 * behind. Resolves only when nothing of it is in flight: the elector campaigns again only after that. Never rejects.
 */
export async function runTerm(parts: TermParts, holder: string, term: AbortSignal): Promise<void> {
  const { states, telemetry, clock, ready, loops, onRefused } = parts;
  telemetry.noted({ at: clock.now(), kind: "LeaderElected", detail: `${holder} acts from now on` });
  // Both before the first tick: pods that are not listed yet must not be taken for a failure.
  const [allRefused] = await Promise.all([openStates(parts, term), ready()]);
  for (const refused of allRefused) {
    const { target, cause } = refused;
    telemetry.noted({
      at: clock.now(),
      kind: "StateRefused",
      target,
      detail: `${cause}: begins with the present count`,
    });
    onRefused(refused);
  }
  await runLoops(loops(), clock, term);
  // After the loops, since the last tick may have saved something.
  await states.close();
  telemetry.noted({ at: clock.now(), kind: "LeaderLost", detail: `${holder} acts no longer` });
}

async function openStates(
  { states, telemetry, clock }: TermParts,
  term: AbortSignal,
): Promise<readonly RefusedState[]> {
  const deadline = clock.now() + longestOpenSeconds;
  for (;;) {
    try {
      return await states.open(term);
    } catch (error) {
      if (term.aborted) return [];
      if (clock.now() < deadline) {
        await clock.sleep(retrySeconds, term);
        continue;
      }
      // To scale without a history is safe, as each seed holds its present count; not to scale at all is not.
      const detail = `stored states cannot be read, so all targets begin with their present counts: ${errorMessage(error)}`;
      telemetry.noted({ at: clock.now(), kind: "StateNotStored", detail });
      return [];
    }
  }
}
