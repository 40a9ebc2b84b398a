import type { LogLine, Replica } from "./replica.ts";

export interface LeaderNote {
  readonly replica: string;
  readonly kind: "LeaderElected" | "LeaderLost";
  readonly at: number;
}

export interface Patch {
  readonly replica: string;
  readonly at: number;
}

type Failure = NonNullable<LogLine["failure"]>;

interface Decided {
  readonly at: number;
  readonly decision: NonNullable<LogLine["decision"]>;
  readonly outcome?: string;
}

/** What the decision logs of both replicas tell, read while they are written. */
export class Journal {
  readonly leaderNotes: LeaderNote[] = [];
  readonly patches: Patch[] = [];
  readonly notes = new Map<string, number>();
  readonly failures = new Map<string, number>();
  /** Lines that are none. */
  readonly broken: string[] = [];
  decisions = 0;
  readonly #replicas: readonly Replica[];
  /** Target → when it was last decided on fresh signals with nothing holding it. */
  readonly #worked = new Map<string, number>();

  constructor(replicas: readonly Replica[]) {
    this.#replicas = replicas;
  }

  read(): void {
    for (const replica of this.#replicas) for (const line of replica.newLines()) this.#enter(replica.name, line);
  }

  /** The targets that have not been decided soundly since then, epoch seconds. */
  idleSince(targets: readonly string[], since: number): string[] {
    return targets.filter((target) => (this.#worked.get(target) ?? 0) < since);
  }

  #enter(replica: string, { target = "", at = 0, note, failure, ...line }: LogLine): void {
    if (note !== undefined) this.#note(replica, note.kind, at);
    if (failure !== undefined) this.#failure(replica, failure);
    if (line.input !== undefined && line.decision !== undefined)
      this.#decision(replica, target, { ...line, at: line.input.now, decision: line.decision });
  }

  #decision(replica: string, target: string, { at, decision, outcome }: Decided): void {
    this.decisions += 1;
    const fresh = Object.values(decision.signals).every(({ kind }) => kind === "fresh");
    if (fresh && decision.holds.length === 0) this.#worked.set(target, at);
    if (outcome === "patched") this.patches.push({ replica, at });
  }

  #failure(replica: string, { phase, error }: Failure): void {
    count(this.failures, phase);
    if (phase === "Log") this.broken.push(`${replica}: ${error}`);
  }

  #note(replica: string, kind: string, at: number): void {
    count(this.notes, kind);
    if (kind === "LeaderElected" || kind === "LeaderLost") this.leaderNotes.push({ replica, kind, at });
  }
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
