import type { Decision, Signal, TargetSpec } from "../core/model.ts";
import { reasons } from "../core/reasons.ts";
import type { EventReason, EventRecorder, TargetEvent } from "../ports/eventRecorder.ts";
import type { Outcome, TickFailure } from "../ports/telemetry.ts";

const holdReasons = ["Paused", "CompetingAutoscaler", "ForeignWrite", "StuckConsumers", "Vetoed"] as const;

/**
 * Tells a target's Events: each rescale, and each lasting condition once when it begins or changes, not at every tick.
 * Words are the HPA's where it has one, because people and tools look for those.
 */
export class TargetEvents {
  readonly #spec: TargetSpec;
  readonly #recorder: EventRecorder;
  /** Reason → what identifies the condition that was last told. */
  readonly #conditions = new Map<EventReason, string>();

  constructor(spec: TargetSpec, recorder: EventRecorder) {
    this.#spec = spec;
    this.#recorder = recorder;
  }

  /** After a decision; `error` is there when its write was refused. */
  decided(decision: Decision, outcome: Outcome, error: string | undefined): void {
    // A decision proves that the scale could be read, so the next failure is news again.
    this.#conditions.delete("FailedGetScale");
    if (outcome === "patched")
      this.#recorder.record({ type: "Normal", reason: "SuccessfulRescale", message: rescaleMessage(decision) });
    this.#condition("FailedRescale", error, `New size: ${decision.desiredReplicas}; error: ${error ?? ""}`);
    const unknown = notFresh(decision);
    this.#condition(
      "FailedComputeMetricsReplicas",
      unknown.map(([name, signal]) => `${name} ${signal.kind}`).join(", "),
      `the count may not fall: ${unknown.map(([name, signal]) => `${name} is ${this.#describe(name, signal)}`).join("; ")}`,
    );
    this.#holds(decision);
    this.#condition(
      "ScalingLimited",
      decision.reasons.includes("TooManyReplicas") ? "TooManyReplicas" : undefined,
      `maxReplicas ${decision.bounds.maxReplicas} binds: ${decision.recommendedReplicas ?? decision.currentReplicas} are wanted`,
    );
  }

  /** After a tick that reached no decision. */
  failed({ phase, error }: TickFailure): void {
    if (phase === "GetScale") this.#condition("FailedGetScale", error, error);
    else
      this.#condition(
        phase === "PatchScale" ? "FailedRescale" : "FailedComputeMetricsReplicas",
        error,
        `${phase}: ${error}`,
      );
  }

  #holds({ holds, limitedBy }: Decision): void {
    for (const reason of holdReasons) {
      const hold = holds.find((one) => one.reason === reason);
      // A veto is news only where something wanted to go up.
      const told = reason !== "Vetoed" || limitedBy === "Vetoed" ? hold?.detail : undefined;
      this.#condition(reason, told, told ?? "", reason === "Paused" ? "Normal" : "Warning");
    }
  }

  /** Tells a condition unless the same one was told last; without an identity it has ended. */
  #condition(
    reason: EventReason,
    identity: string | undefined,
    message: string,
    type: TargetEvent["type"] = "Warning",
  ): void {
    if (identity === undefined || identity === "") {
      this.#conditions.delete(reason);
      return;
    }
    if (this.#conditions.get(reason) === identity) return;
    this.#conditions.set(reason, identity);
    this.#recorder.record({ type, reason, message });
  }

  /** No figure that changes from tick to tick, so that equal conditions have equal messages. */
  #describe(name: string, signal: Signal): string {
    switch (signal.kind) {
      case "fresh":
        return "fresh";
      case "stale":
        return `stale (older than ${this.#spec.metrics[name]?.maxAgeSeconds ?? NaN} s)`;
      case "missing":
      case "implausible":
      case "partial":
        return `${signal.kind} (${signal.cause})`;
    }
  }
}

function notFresh({ signals }: Decision): [string, Signal][] {
  return Object.entries(signals)
    .filter(([, signal]) => signal.kind !== "fresh")
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

function rescaleMessage({ desiredReplicas, recommendedReplicas, proposals, limitedBy }: Decision): string {
  const deciding = proposals.find(({ replicas }) => replicas !== null && replicas === recommendedReplicas);
  const causes = [
    deciding && `${deciding.rule}: ${deciding.detail}`,
    limitedBy !== null && limitedBy !== "DesiredWithinRange" && reasons[limitedBy],
  ].filter((cause) => typeof cause === "string");
  return `New size: ${desiredReplicas}; reason: ${causes.join("; ")}`;
}
