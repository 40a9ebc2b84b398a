import { ConfigError } from "../config/problems.ts";
import { targetSpecAt } from "../config/targetSpec.ts";
import { decide, type Outcome } from "../core/decide.ts";
import type { Snapshot, TargetSpec } from "../core/model.ts";
import type { State } from "../core/state.ts";
import { parseDecideInputs, type DecideInput } from "./decideInput.ts";
import { findTarget, readConfig, readText } from "./files.ts";

/**
 * Decides for each line of the input; a line continues the one before where it leaves something out. Pure but for its
 * files: the times are those of the input. Rejects with a ConfigError or a UsageError.
 */
export async function decideFile(
  files: { config: string; target: string; input: string },
  print: (line: string) => void,
): Promise<void> {
  const specAt = targetSpecAt(findTarget(await readConfig(files.config), files.target));
  const inputs = parseDecideInputs(await readText(files.input), files.input);
  // The contract has these two keys; the state of a refused write concerns the control loop alone.
  for (const { decision, nextState } of decideAll(specAt, inputs)) print(JSON.stringify({ decision, nextState }));
}

/**
 * One outcome for each input, as if every write had succeeded. Throws a ConfigError when the first line does not say how
 * many replicas there are.
 */
export function* decideAll(specAt: (now: number) => TargetSpec, inputs: readonly DecideInput[]): Generator<Outcome> {
  let before: Outcome | undefined;
  for (const [index, input] of inputs.entries()) {
    // The specification of the line's own time: schedules count in a replay of the past as well.
    before = decide(specAt(input.now), stateOf(input, before), snapshotOf(input, before, index + 1));
    yield before;
  }
}

function stateOf(input: DecideInput, before: Outcome | undefined): State | null {
  // Null asks for a new state in the middle of the input; only leaving it out continues.
  return input.state === undefined ? (before?.nextState ?? null) : input.state;
}

function snapshotOf(input: DecideInput, before: Outcome | undefined, line: number): Snapshot {
  const currentReplicas = input.currentReplicas ?? before?.decision.desiredReplicas;
  if (currentReplicas === undefined) {
    throw new ConfigError(`input line ${line}`, [
      { path: "currentReplicas", message: "is required: there is no line before to continue" },
    ]);
  }
  // What is remembered is no part of what is seen.
  const { state: _state, ...told } = input;
  // All ready unless the line says otherwise: its writer is interested in the rules, not in starts.
  return { ...told, currentReplicas, readyReplicas: input.readyReplicas ?? currentReplicas };
}
