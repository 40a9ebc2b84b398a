import { generatedSecret, outputsOf } from "../../../../infra/render/outputs.ts";
import type { Bag } from "./bag.ts";
import { secret } from "./secrets.ts";

/** How every secret begins that a stand-in generates. */
export const planted = generatedSecret("");

/** Id and all outputs of a resource as it was made: those of a run without engine, with the secrets marked as such. */
export function madeOf(type: string, name: string, inputs: Bag): { id: string; outputs: Bag } {
  const { id, state } = outputsOf({ type, name, inputs, custom: true });
  const outputs = Object.entries(state).map(([key, value]) => [
    key,
    // What the program gave is marked already.
    key in inputs || typeof value !== "string" || !value.startsWith(planted) ? value : secret(value),
  ]);
  return { id, outputs: Object.fromEntries(outputs) as Bag };
}
