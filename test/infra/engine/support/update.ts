import type { EngineEvent, OutputMap, Stack } from "@pulumi/pulumi/automation/index.js";

/** What an `up` or a `destroy` did: step ("create", "update", "replace", …) → URNs. What stayed the same is left out. */
export type Steps = ReadonlyMap<string, readonly string[]>;

/** An `up` with the steps the engine took. */
export interface Update {
  readonly steps: Steps;
  readonly outputs: OutputMap;
}

/** Brings the stack up. Fails with the engine's output. */
export async function up(stack: Stack): Promise<Update> {
  const steps = new Map<string, string[]>();
  const { outputs } = await stack.up({
    onEvent: (event) => {
      record(steps, event);
    },
  });
  return { steps, outputs };
}

function record(steps: Map<string, string[]>, { resourcePreEvent }: EngineEvent): void {
  if (resourcePreEvent === undefined) return;
  const { op, urn } = resourcePreEvent.metadata;
  if (op !== "same") steps.set(op, [...(steps.get(op) ?? []), urn]);
}
