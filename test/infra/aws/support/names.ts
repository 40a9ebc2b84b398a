import type { Block, Schema } from "./schema.ts";

/** Pulumi modules whose resources have another prefix in Terraform than the module's name. */
const prefixes: Readonly<Record<string, string>> = { alb: "lb_", cfg: "config_", ec2: "", rds: "db_" };

/** Pulumi types that no rule finds. */
const types: Readonly<Record<string, string>> = {
  "aws:alb/loadBalancer:LoadBalancer": "aws_lb",
  "aws:lb/loadBalancer:LoadBalancer": "aws_lb",
};

/** Terraform type → property → Pulumi's name for it, where that is another word. */
const renamed: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  aws_cloudwatch_metric_alarm: { alarm_name: "name" },
  aws_sns_topic_subscription: { topic_arn: "topic" },
};

/** "aws:rds/instance:Instance" → "aws_db_instance". Throws for a type that the provider does not have. */
export function terraformType(pulumiType: string, schema: Schema): string {
  const [, module = "", name = ""] = /^aws:(\w+)\/\w+:(\w+?)(?:V2)?$/.exec(pulumiType) ?? [];
  const snake = name.replace(/(?!^)[A-Z]/g, "_$&").toLowerCase();
  const found = [types[pulumiType], `aws_${module}_${snake}`, `aws_${prefixes[module] ?? `${module}_`}${snake}`].find(
    (type) => type !== undefined && schema.has(type),
  );
  if (found === undefined) throw new Error(`${pulumiType}: no Terraform type found; add it to the table of types`);
  return found;
}

/** The property of a block that Pulumi calls so, or undefined. `type`: the Terraform type, for the block at its top. */
export function terraformProperty(block: Block, name: string, type?: string): string | undefined {
  const table = type === undefined ? {} : (renamed[type] ?? {});
  const properties = [...Object.keys(block.attributes ?? {}), ...Object.keys(block.block_types ?? {})];
  return (
    properties.find((property) => table[property] === name) ??
    properties.find((property) => camelCase(property) === name) ??
    // Pulumi pluralises what may occur several times.
    properties.find((property) => plurals(camelCase(property)).includes(name))
  );
}

/** A name Terraform accepts for a resource. */
export function identifier(name: string): string {
  const clean = name.replace(/[^A-Za-z0-9_-]/g, "_");
  return /^[A-Za-z_]/.test(clean) ? clean : `_${clean}`;
}

function camelCase(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

function plurals(name: string): string[] {
  return [`${name}s`, `${name}es`, name.replace(/y$/, "ies")];
}
