import { capture } from "../../../infra/render/capture.ts";
import { createPlatform } from "../../../infra/platform.ts";
import { sizes } from "../../../infra/sizing.ts";
import { awsSchema, tofuWorkspace } from "../../../local/aws/workspace.ts";
import { stackConfig } from "../support/stackConfig.ts";
import { parseSchema } from "./support/schema.ts";
import { verify, type Verdict } from "./support/verify.ts";

/** Stacks that have anything on AWS. */
const stacks = ["dev", "prod"];

const schema = parseSchema(await awsSchema());
const workspace = await tofuWorkspace();
const verdicts = new Map<string, Verdict>();
try {
  for (const stack of stacks)
    for (const size of sizes) {
      const config = stackConfig(stack, size);
      const { resources } = await capture(() => createPlatform(config), { stack });
      verdicts.set(`${stack} ${size}`, await verify(resources, schema, workspace));
    }
} finally {
  workspace.remove();
}

const rows = [...verdicts].map(([name, { planned, expected, errors, warnings }]) => [
  name,
  [`${planned} of ${expected}`, String(errors.length), String(warnings.length)],
]);
print([["stack", ["planned", "errors", "warnings"]], ...rows] as [string, string[]][]);
list("error", ({ errors }) => errors);
list("warning", ({ warnings }) => warnings);
if ([...verdicts.values()].some(({ planned, expected, errors }) => errors.length > 0 || planned < expected))
  process.exitCode = 1;

function print(lines: readonly [string, readonly string[]][]): void {
  for (const [name, cells] of lines)
    process.stdout.write(`${name.padEnd(14)}${cells.map((cell) => cell.padStart(12)).join("")}\n`);
}

/** Each text once, with the stacks it was seen in. */
function list(kind: string, linesOf: (verdict: Verdict) => readonly string[]): void {
  const seen = new Map<string, string[]>();
  for (const [name, verdict] of verdicts)
    for (const line of linesOf(verdict)) seen.set(line, [...(seen.get(line) ?? []), name]);
  for (const [line, names] of seen) process.stdout.write(`${kind}: ${line} (${names.join(", ")})\n`);
}
