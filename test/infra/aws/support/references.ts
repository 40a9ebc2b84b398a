import type { CapturedResource } from "../../../../infra/render/capture.ts";
import { identifier, terraformProperty, terraformType } from "./names.ts";
import type { Schema } from "./schema.ts";

/** Outputs the stand-ins name by their last word alone: Terraform type → output → its path. */
const nested: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  aws_eks_cluster: {
    certificateAuthority: "certificate_authority[0].data",
    clusterSecurityGroupId: "vpc_config[0].cluster_security_group_id",
  },
  aws_db_instance: { masterUserSecretArn: "master_user_secret[0].secret_arn" },
};

/** Turns texts of captured inputs into Terraform templates. */
export interface References {
  readonly text: (text: string) => string;
  /** References to outputs that the provider does not know, as they stood. */
  readonly unresolved: string[];
  /** Resources of other providers that are referred to: their outputs stay unknown until the plan is applied. */
  readonly foreign: Set<string>;
}

/** `resources`: all that the program registered. */
export function referencesAmong(resources: readonly CapturedResource[], schema: Schema): References {
  const unresolved: string[] = [];
  const foreign = new Set<string>();
  const replace = (stand: string, name: string, output: string): string => {
    const named = resources.filter((one) => one.name === name && one.custom);
    const found = named
      .filter(isAws)
      .map((one) => pathOf(one, output, schema))
      .find((path) => path !== undefined);
    if (found !== undefined) return `\${${found}}`;
    if (named.length === 0 || named.every(isAws)) unresolved.push(stand);
    foreign.add(identifier(name));
    return `\${terraform_data.${identifier(name)}.output}`;
  };
  return {
    // Whatever already looks like a template is plain text to Pulumi.
    text: (text) =>
      text.replace(/[$%]\{/g, (mark) => `${mark[0] ?? ""}${mark}`).replace(/<([\w.-]+)\.(\w+)>/g, replace),
    unresolved,
    foreign,
  };
}

export function isAws({ type }: CapturedResource): boolean {
  return type.startsWith("aws:");
}

function pathOf({ type, name }: CapturedResource, output: string, schema: Schema): string | undefined {
  const target = terraformType(type, schema);
  const block = schema.get(target);
  const property = nested[target]?.[output] ?? (block && terraformProperty(block, output, target));
  return property === undefined ? undefined : `${target}.${identifier(name)}.${property}`;
}
