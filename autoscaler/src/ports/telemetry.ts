import type { Decision, Snapshot } from "../core/model.ts";
import type { State } from "../core/state.ts";

/** What became of a decision. `observed`: the target is not to be written; `failed`: the write was refused, so no scale event counts. */
export type Outcome = "unchanged" | "patched" | "observed" | "failed";

/** Everything about one tick: log, decision log, events and metrics are all told from this one value. */
export interface TickRecord {
  readonly target: string;
  readonly snapshot: Snapshot;
  /** The state the decision began with, told at the first tick and after a gap only, so that a log can be replayed. */
  readonly state?: State | null;
  readonly decision: Decision;
  readonly outcome: Outcome;
  readonly error?: string;
  /** How the pods were prepared for a smaller count, or why they were not. */
  readonly scaleIn?: string;
  readonly durationSeconds: number;
}

/** A tick that reached no decision. */
export interface TickFailure {
  readonly target: string;
  readonly at: number;
  readonly phase: "GetScale" | "ReadPods" | "ReadMetrics" | "Decide" | "PatchScale";
  readonly error: string;
}

export const noteKinds = [
  "LeaderElected",
  "LeaderLost",
  "LeaderSeen",
  "StateRefused",
  "StateNotStored",
  "Limitation",
] as const;

/** Something about this process that explains later decisions. */
export interface Note {
  readonly at: number;
  readonly kind: (typeof noteKinds)[number];
  /** Absent: all targets. */
  readonly target?: string;
  readonly detail: string;
}

export interface Telemetry {
  decided(record: TickRecord): void;
  failed(failure: TickFailure): void;
  noted(note: Note): void;
}
