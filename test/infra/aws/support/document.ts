import type { CapturedResource } from "../../../../infra/render/capture.ts";
import { identifier, terraformProperty, terraformType } from "./names.ts";
import { isAws, referencesAmong, type References } from "./references.ts";
import type { Block, Schema } from "./schema.ts";
import { translateBlock } from "./translate.ts";

/** Terraform's words for the AWS part of a program. */
export interface Translated {
  /** The content of main.tf.json. */
  readonly document: unknown;
  /** "aws_vpc.main" → the resource's name in the Pulumi program. */
  readonly names: ReadonlyMap<string, string>;
  /** What has no translation, each with the resource's name. */
  readonly problems: readonly string[];
}

type Bag = Record<string, unknown>;

/** Translates every resource of the AWS provider. The rest of the program is only referred to. */
export function translate(resources: readonly CapturedResource[], schema: Schema): Translated {
  const references = referencesAmong(resources, schema);
  const names = new Map<string, string>();
  const problems: string[] = [];
  const resource: Record<string, Bag> = {};
  for (const one of resources.filter(isAws)) {
    try {
      const { type, body, unresolved } = translateResource(one, schema, references);
      problems.push(...unresolved.map((what) => `${one.name}: ${what}`));
      names.set(`${type}.${identifier(one.name)}`, one.name);
      (resource[type] ??= {})[identifier(one.name)] = { ...body, provider: `aws.${providerName(one)}` };
    } catch (error) {
      problems.push(`${one.name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  if (references.foreign.size > 0)
    resource["terraform_data"] = Object.fromEntries([...references.foreign].map((name) => [name, {}]));
  return { document: { ...header(resources), resource }, names, problems };
}

function translateResource(
  { type: pulumiType, name, props }: CapturedResource,
  schema: Schema,
  references: References,
): { type: string; body: Bag; unresolved: string[] } {
  const type = terraformType(pulumiType, schema);
  const block = schema.get(type) ?? {};
  const unresolved: string[] = [];
  const before = references.unresolved.length;
  const body = translateBlock(block, props, { text: references.text, unresolved }, { path: "", type });
  const unknown = references.unresolved.slice(before).map((stand) => `${stand} is no output of the provider`);
  const missing = unresolved.map((path) => `${path} is no property of ${type}`);
  return {
    type,
    body: { ...automaticName(type, block, { name, body }), ...body },
    unresolved: [...missing, ...unknown],
  };
}

/** Pulumi names what has a name and was given none: its own name and seven random digits. */
function automaticName(type: string, block: Block, resource: { name: string; body: Bag }): Bag {
  const property = terraformProperty(block, "name", type) ?? "name";
  const attribute = block.attributes?.[property];
  const writable = attribute?.required === true || attribute?.optional === true;
  const given = property in resource.body || "name_prefix" in resource.body;
  return writable && !given ? { [property]: `${resource.name}-1234567` } : {};
}

/** "urn:…::pulumi:providers:aws::cloud::id" → "cloud". */
function providerName({ opts }: CapturedResource): string {
  return identifier(/::pulumi:providers:aws::(.+)::[^:]*$/.exec(opts.provider)?.[1] ?? "default");
}

/** One provider for each of the program, with credentials nobody checks. */
function header(resources: readonly CapturedResource[]): Bag {
  const providers = resources.filter(({ type }) => type === "pulumi:providers:aws");
  const used = new Set(resources.filter(isAws).map(providerName));
  return {
    terraform: { required_providers: { aws: { source: "hashicorp/aws" } } },
    provider: {
      aws: [...used].map((alias) => {
        const { region = "eu-central-1", defaultTags } =
          providers.find(({ name }) => identifier(name) === alias)?.props ?? {};
        return { ...offline, alias, region, ...defaults(defaultTags) };
      }),
    },
  };
}

/** The provider resource carries its properties as JSON. */
function defaults(tags: unknown): Bag {
  if (tags === undefined) return {};
  return { default_tags: typeof tags === "string" ? (JSON.parse(tags) as unknown) : tags };
}

const offline = {
  access_key: "none",
  secret_key: "none",
  skip_credentials_validation: true,
  skip_requesting_account_id: true,
  skip_metadata_api_check: true,
  skip_region_validation: true,
};
