import { terraformProperty } from "./names.ts";
import type { Attribute, Block, BlockType, SchemaType } from "./schema.ts";

type Bag = Readonly<Record<string, unknown>>;

/** One walk through the inputs of one resource. */
export interface Translation {
  /** A text of the program → Terraform template text. */
  readonly text: (text: string) => string;
  /** Gets the path of every property that the schema does not have. */
  readonly unresolved: string[];
}

/** Pulumi's inputs in Terraform's words. `path` is that of the block in the inputs. */
export function translateBlock(block: Block, inputs: Bag, walk: Translation, at: { path: string; type?: string }): Bag {
  const result: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(inputs)) {
    if (value === null || value === undefined) continue;
    const path = at.path === "" ? name : `${at.path}.${name}`;
    const property = terraformProperty(block, name, at.type);
    if (property === undefined) {
      walk.unresolved.push(path);
      continue;
    }
    const attribute = block.attributes?.[property];
    const nested = block.block_types?.[property];
    if (attribute !== undefined) result[property] = translateAttribute(attribute, value, walk, path);
    else if (nested !== undefined) result[property] = translateNested(nested, value, walk, path);
  }
  return result;
}

function translateNested(
  { nesting_mode: mode, block }: BlockType,
  value: unknown,
  walk: Translation,
  path: string,
): unknown {
  const one = (inputs: unknown): Bag => translateBlock(block, inputs as Bag, walk, { path });
  if (mode === "map") return mapValues(value as Bag, one);
  // Pulumi flattens what occurs at most once; Terraform's JSON takes one block for a list of one.
  return Array.isArray(value) ? value.map(one) : one(value);
}

function translateAttribute(
  { type, nested_type: nested }: Attribute,
  value: unknown,
  walk: Translation,
  path: string,
): unknown {
  if (nested === undefined) return translateValue(type ?? "dynamic", value, walk, path);
  const one = (inputs: unknown): unknown =>
    translateBlock({ attributes: nested.attributes }, inputs as Bag, walk, { path });
  if (nested.nesting_mode === "map") return mapValues(value as Bag, one);
  if (nested.nesting_mode === "single") return one(value);
  return asArray(value).map(one);
}

function translateValue(type: SchemaType, value: unknown, walk: Translation, path: string): unknown {
  if (typeof type === "string") return scalar(type, value, walk);
  switch (type[0]) {
    case "map":
      return mapValues(value as Bag, (one) => translateValue(type[1], one, walk, path));
    case "object":
      return translateObject(type[1], value as Bag, walk, path);
    case "list":
    case "set":
      return asArray(value).map((one) => translateValue(type[1], one, walk, path));
  }
}

/** A block that Terraform treats as an attribute: every key must be there. */
function translateObject(
  types: Readonly<Record<string, SchemaType>>,
  value: Bag,
  walk: Translation,
  path: string,
): Bag {
  const attributes = mapValues(types, (type) => ({ type: type as SchemaType }));
  return { ...mapValues(types, () => null), ...translateBlock({ attributes }, value, walk, { path }) };
}

function scalar(type: string, value: unknown, walk: Translation): unknown {
  if (typeof value === "string") return walk.text(value);
  // Pulumi writes documents such as IAM policies as JSON itself.
  return type === "string" && typeof value === "object" ? walk.text(JSON.stringify(value)) : value;
}

function mapValues<T>(bag: Readonly<Record<string, unknown>>, change: (value: unknown) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(bag).map(([key, value]) => [key, change(value)]));
}

function asArray(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}
