import type { Outcome as Decided } from "../core/decide.ts";
import type { Mode } from "../core/model.ts";
import type { ScaleIn } from "../ports/scaleIn.ts";
import { ScaleError, type Scale, type ScaleTarget } from "../ports/scaleTarget.ts";
import type { StateStore } from "../ports/stateStore.ts";
import type { Outcome } from "../ports/telemetry.ts";
import { errorMessage } from "./errorMessage.ts";

/** What became of a decision. `superseded`: this process may no longer write, so another one decides. */
export interface Applied<O = Outcome> {
  readonly outcome: O;
  /** Why the write was refused. */
  readonly error?: string;
  /** How pods were prepared for a smaller count, or why they were not; absent where nothing was tried. */
  readonly scaleIn?: string;
}

type Written = Applied | Applied<"superseded">;

/** The part of a target's ports that a write touches. */
export interface WriterPorts {
  readonly scaleTarget: ScaleTarget;
  readonly states: StateStore;
  /** Absent: pods are removed in the order of the ReplicaSet. */
  readonly scaleIn?: ScaleIn;
}

/** Carries out decisions of one target and keeps the state that follows from what became of them. */
export class Writer {
  readonly #target: string;
  readonly #ports: WriterPorts;

  constructor(target: string, ports: WriterPorts) {
    this.#target = target;
    this.#ports = ports;
  }

  /**
   * Writes on change only, and saves the state that fits what became of it. Rejects only when the signal aborts before
   * the patch; a patch that has begun is finished, also when the signal aborts, since a write cut off is one nobody
   * knows the end of.
   */
  async apply(
    scale: Scale,
    { decision, nextState, stateIfRefused }: Decided,
    mode: Mode,
    signal: AbortSignal,
  ): Promise<Written> {
    const { states } = this.#ports;
    if (decision.direction === "none") return this.#keep("unchanged", nextState);
    if (mode === "observe") return this.#keep("observed", stateIfRefused);
    // The attempt is durable before the write: whoever leads next then knows that write for ours.
    states.save(this.#target, stateIfRefused);
    // A store that is away must not keep a queue from being served; only the next leader's memory is at risk.
    await states.flush(this.#target, signal).catch(() => undefined);
    // Right before the patch: which pods are idle changes from second to second.
    const scaleIn = decision.direction === "down" ? await this.#prepare(signal) : {};
    signal.throwIfAborted();
    return { ...(await this.#patch(scale, { decision, nextState })), ...scaleIn };
  }

  async #patch(scale: Scale, { decision, nextState }: Pick<Decided, "decision" | "nextState">): Promise<Written> {
    try {
      await this.#ports.scaleTarget.patch(scale, decision.desiredReplicas, new AbortController().signal);
      return this.#keep("patched", nextState);
    } catch (error) {
      if (error instanceof ScaleError && error.kind === "notLeader") return { outcome: "superseded" };
      // The state of the attempt, saved before, stays: the write may have arrived although its answer did not.
      return { outcome: "failed", error: errorMessage(error) };
    }
  }

  #keep<O>(outcome: O, state: Decided["nextState"]): Applied<O> {
    this.#ports.states.save(this.#target, state);
    return { outcome };
  }

  /** A preparation that fails is told and keeps no count from falling: the ReplicaSet then chooses as it always does. */
  async #prepare(signal: AbortSignal): Promise<{ scaleIn?: string }> {
    const { scaleIn } = this.#ports;
    if (scaleIn === undefined) return {};
    try {
      return { scaleIn: await scaleIn.prepare(signal) };
    } catch (error) {
      return { scaleIn: `not prepared: ${errorMessage(error)}` };
    }
  }
}
