/** A type as the provider's schema writes it: "string", ["list", "string"], ["object", {…}]. */
export type SchemaType =
  string | readonly ["list" | "set" | "map", SchemaType] | readonly ["object", Readonly<Record<string, SchemaType>>];

export interface Attribute {
  readonly type?: SchemaType;
  readonly nested_type?: { readonly attributes: Readonly<Record<string, Attribute>>; readonly nesting_mode: string };
  readonly required?: boolean;
  readonly optional?: boolean;
  readonly computed?: boolean;
}

export interface BlockType {
  readonly nesting_mode: "single" | "list" | "set" | "map" | "group";
  readonly block: Block;
  readonly max_items?: number;
}

export interface Block {
  readonly attributes?: Readonly<Record<string, Attribute>>;
  readonly block_types?: Readonly<Record<string, BlockType>>;
}

/** Terraform type → its properties. */
export type Schema = ReadonlyMap<string, Block>;

/** Takes the AWS provider's resources out of what `tofu providers schema -json` prints. */
export function parseSchema(printed: unknown): Schema {
  const { provider_schemas: providers } = printed as {
    provider_schemas: Record<string, { resource_schemas: Record<string, { block: Block }> }>;
  };
  const aws = Object.entries(providers).find(([name]) => name.endsWith("/hashicorp/aws"))?.[1];
  if (aws === undefined) throw new Error(`no AWS provider among ${Object.keys(providers).join(", ")}`);
  return new Map(Object.entries(aws.resource_schemas).map(([type, { block }]) => [type, block]));
}
