import type { CapturedResource } from "../../../../infra/render/capture.ts";
import type { Diagnostic, TofuWorkspace } from "../../../../local/aws/workspace.ts";
import { translate } from "./document.ts";
import type { Schema } from "./schema.ts";

/** What the real provider says of a program. */
export interface Verdict {
  /** Resources the plan would create. */
  readonly planned: number;
  /** Resources of the program that belong to AWS. */
  readonly expected: number;
  /** One line each, with the resource's name in the Pulumi program. */
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
}

/** Validates and plans the AWS part of a program with the real provider. Validates only, where that finds errors. */
export async function verify(
  resources: readonly CapturedResource[],
  schema: Schema,
  workspace: TofuWorkspace,
): Promise<Verdict> {
  const { document, names, problems } = translate(resources, schema);
  workspace.write(document);
  const validated = await workspace.validate();
  const valid = validated.every(({ severity }) => severity !== "error");
  const { diagnostics, created } = valid ? await workspace.plan() : { diagnostics: validated, created: [] };
  const lines = (severity: Diagnostic["severity"]): string[] => [
    ...new Set(diagnostics.filter((one) => one.severity === severity && !expected(one)).map((one) => line(one, names))),
  ];
  return {
    planned: created.filter((address) => names.has(address)).length,
    expected: names.size,
    errors: [...problems, ...lines("error")],
    warnings: lines("warning"),
  };
}

/** OpenTofu always warns of the provider that comes from a folder. */
function expected({ summary }: Diagnostic): boolean {
  return summary.includes("development overrides");
}

function line({ address, snippet, summary, detail = "" }: Diagnostic, names: ReadonlyMap<string, string>): string {
  const where =
    address ??
    /resource[. ]"?([\w-]+)"?[. ]"?([\w-]+)/
      .exec(snippet?.context ?? "")
      ?.slice(1)
      .join(".");
  const name = where === undefined ? "program" : (names.get(where) ?? where);
  return `${name}: ${[summary, detail].filter(Boolean).join(": ").replace(/\s+/g, " ")}`;
}
