import { reasonOf, type Scale } from "../scale.ts";

/** One entry of the autoscaler's decision log, as far as the demo looks into it. */
export interface DecisionEntry {
  readonly target: string;
  readonly input: {
    /** Epoch seconds; no two decisions of a target have the same. */
    readonly now: number;
    /** That the decision began with: only where the decisions before do not lead to it. */
    readonly state?: unknown;
    readonly readings: Readonly<
      Record<string, { readonly queue?: { readonly ready?: number; readonly unacknowledged?: number } }>
    >;
  };
  readonly decision: {
    readonly currentReplicas: number;
    readonly desiredReplicas: number;
    readonly reasons: readonly string[];
  };
  readonly outcome: string;
}

/** A state that a leader has kept for the next one. */
export interface StoredState {
  readonly state: unknown;
  /** Epoch seconds. */
  readonly savedAt: number;
}

/** The decisions of one target, gathered piece by piece from what the leader still has in memory. */
export class Decisions {
  readonly #entries = new Map<number, DecisionEntry>();
  /** Sentences by the time of their decision. */
  readonly #explanations = new Map<number, string>();

  /** In any order, also those that are known already. */
  add(entries: readonly DecisionEntry[]): void {
    for (const entry of entries) this.#entries.set(entry.input.now, entry);
  }

  explain(at: number, explanation: string): void {
    this.#explanations.set(at, explanation);
  }

  /** What the last decision knew of the messages of a queue's metric; null while unknown. */
  queue(metric: string): { readonly ready: number | null; readonly unacknowledged: number | null } {
    const { ready = null, unacknowledged = null } = this.#sorted().at(-1)?.input.readings[metric]?.queue ?? {};
    return { ready, unacknowledged };
  }

  /** Changes of the count that were written, since the given time. */
  scales(since: number): readonly Scale[] {
    return this.#sorted()
      .filter(({ input, outcome }) => outcome === "patched" && input.now >= since)
      .map(({ input, decision }) => {
        const explanation = this.#explanations.get(input.now);
        return {
          at: input.now,
          from: decision.currentReplicas,
          to: decision.desiredReplicas,
          // A sentence that no sample has seen leaves the reasons' names.
          reason: explanation === undefined ? decision.reasons.join(", ") : reasonOf(explanation),
        };
      });
  }

  /**
   * What a replay can decide again, oldest first: a log has to begin with the state that its first decision began with, which
   * a leader tells of its own first decision alone. For a later one it is the state that was stored before it.
   */
  replayable(stored: StoredState | undefined): readonly DecisionEntry[] {
    const sorted = this.#sorted();
    const told = sorted.findIndex(({ input }) => input.state !== undefined);
    const after = stored === undefined ? -1 : sorted.findIndex(({ input }) => input.now > stored.savedAt);
    // The decision before is known, so none is missing; and it wrote no count: around a write the state is stored twice.
    const fits = sorted[after - 1]?.outcome === "unchanged";
    if (!fits || (told !== -1 && told <= after)) return told === -1 ? [] : sorted.slice(told);
    return sorted.slice(after).map((entry, index) => (index === 0 ? withState(entry, stored?.state) : entry));
  }

  #sorted(): readonly DecisionEntry[] {
    return [...this.#entries.values()].sort((one, other) => one.input.now - other.input.now);
  }
}

const withState = (entry: DecisionEntry, state: unknown): DecisionEntry => ({
  ...entry,
  input: { ...entry.input, state },
});
