import type { LeaderNote, Patch } from "./journal.ts";
import type { Life } from "./replica.ts";

interface Term {
  readonly replica: string;
  readonly from: number;
  readonly to: number;
  /** Epoch seconds at which its process was stopped in the term, if it was. */
  readonly frozenAt: number;
}

/**
 * Compares the terms that the decision logs tell. A process that is killed ends its term by that, one that is frozen cannot end
 * it before it wakes: its term may then reach into the next one's, but it must not write there.
 */
export function checkTerms(
  notes: readonly LeaderNote[],
  lives: readonly Life[],
  patches: readonly Patch[],
): { terms: number; violations: string[] } {
  const terms = termsOf(notes, lives);
  const violations: string[] = [];
  for (const earlier of terms)
    for (const later of terms) {
      const overlaps = earlier !== later && earlier.from <= later.from && later.from < earlier.to;
      if (!overlaps) continue;
      const when = new Date(later.from * 1000).toISOString();
      if (earlier.frozenAt > later.from)
        violations.push(
          `${when} ${later.replica} began a term ${(earlier.to - later.from).toFixed(1)} s before another ended`,
        );
      const late = patches.filter(
        ({ replica, at }) => replica === earlier.replica && at > later.from && at < earlier.to,
      );
      for (const { at } of late)
        violations.push(`${new Date(at * 1000).toISOString()} ${earlier.replica} patched in the other's term`);
    }
  return { terms: terms.length, violations };
}

function termsOf(notes: readonly LeaderNote[], lives: readonly Life[]): Term[] {
  const elected = notes.filter(({ kind }) => kind === "LeaderElected");
  return elected.map(({ replica, at: from }) => {
    const life = lives.findLast((one) => one.replica === replica && one.startedAt <= from);
    const lost = notes.find((note) => note.replica === replica && note.kind === "LeaderLost" && note.at >= from);
    const to = Math.min(lost?.at ?? Infinity, life?.endedAt ?? Infinity);
    const stop = life?.stops.find((one) => one.from > from && one.from < to);
    return { replica, from, to, frozenAt: stop?.from ?? Infinity };
  });
}
