import { isDeepStrictEqual } from "node:util";
import type { Bag } from "./bag.ts";
import { replacing } from "./replacing.ts";
import { madeOf } from "./outputs.ts";

/** Output that keeps what was asked for: the engine shows a provider the old outputs, not the old inputs. */
const asked = "__inputs";

/** "urn:pulumi:stack::project::parent$type::name" → type and name. */
export function partsOf(urn: string): { type: string; name: string } {
  const [, , types = "", ...name] = urn.split("::");
  return { type: types.split("$").at(-1) ?? "", name: name.join("::") };
}

/** The outputs of a resource that a cloud would have made exactly as asked. */
export function created(urn: string, inputs: Bag): { id: string; outs: Bag } {
  const { type, name } = partsOf(urn);
  const { id, outputs } = madeOf(type, name, inputs);
  return { id, outs: { ...outputs, [asked]: inputs } };
}

/** What differs from the last time the resource was created or updated. */
export function difference(urn: string, outputs: Bag, inputs: Bag): { changes: boolean; replaces: string[] } {
  const before = (outputs[asked] ?? {}) as Bag;
  const keys = [...new Set([...Object.keys(before), ...Object.keys(inputs)])];
  const changed = keys.filter((key) => !isDeepStrictEqual(before[key], inputs[key]));
  const { type } = partsOf(urn);
  return { changes: changed.length > 0, replaces: replacing(type, { before, after: inputs, changed }) };
}
