import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { cached } from "../cache.ts";
import { runCommand } from "../command.ts";
import { temporaryFolder } from "../process.ts";
import { awsProviderFolder } from "./provider.ts";
import { tofuBinary } from "./tofu.ts";

/** What OpenTofu says about a program, as its JSON carries it. */
export interface Diagnostic {
  readonly severity: "error" | "warning";
  readonly summary: string;
  readonly detail?: string;
  /** "aws_vpc.main", where it concerns one resource and came up in the plan. */
  readonly address?: string;
  readonly snippet?: { readonly context?: string | null } | null;
  /** Where in main.tf.json. */
  readonly range?: { readonly start: { readonly line: number } };
}

/** What `plan` found; `created`: addresses. */
export interface Plan {
  readonly diagnostics: readonly Diagnostic[];
  readonly created: readonly string[];
}

/** A folder with one Terraform program, the real AWS provider and no network. */
export interface TofuWorkspace {
  /** Replaces the program. The text may hold secrets: readable by us alone. */
  write(program: unknown): void;
  validate(): Promise<readonly Diagnostic[]>;
  plan(): Promise<Plan>;
  remove(): void;
}

/** Builds what is missing (see `awsProviderFolder`) and makes an empty workspace. */
export async function tofuWorkspace(): Promise<TofuWorkspace> {
  const tofu = await tofuBinary();
  const provider = await awsProviderFolder();
  const folder = temporaryFolder("tofu");
  const program = join(folder, "program");
  mkdirSync(program);
  const env = environment(folder, provider);
  const run = (args: readonly string[]): Promise<string> => tofuOutput(tofu, args, { cwd: program, env });
  return {
    write(document) {
      writeFileSync(join(program, "main.tf.json"), JSON.stringify(document, null, 1), { mode: 0o600 });
    },
    async validate() {
      return (JSON.parse(await run(["validate", "-json"])) as { diagnostics: Diagnostic[] }).diagnostics;
    },
    async plan() {
      const lines = (await run(["plan", "-refresh=false", "-input=false", "-lock=false", "-json"])).split("\n");
      return readPlan(lines.filter((line) => line.startsWith("{")).map((line) => JSON.parse(line) as PlanLine));
    },
    remove() {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The provider's schema of every resource type, as `tofu providers schema -json` prints it. Kept once for each build. */
export async function awsSchema(): Promise<unknown> {
  const provider = await awsProviderFolder();
  const folder = await cached("terraform-aws-schema", basename(provider), async (output, report) => {
    report("ask the provider for its schema");
    const workspace = temporaryFolder("schema");
    const main = { terraform: { required_providers: { aws: { source: "hashicorp/aws" } } } };
    writeFileSync(join(workspace, "main.tf.json"), JSON.stringify(main));
    const options = { cwd: workspace, env: environment(workspace, provider) };
    const schema = await runCommand(await tofuBinary(), ["providers", "schema", "-json"], options);
    writeFileSync(join(output, "schema.json"), schema);
    rmSync(workspace, { recursive: true });
  });
  return JSON.parse(readFileSync(join(folder, "schema.json"), "utf8"));
}

interface PlanLine {
  readonly type: string;
  readonly diagnostic?: Diagnostic;
  readonly change?: { readonly action: string; readonly resource: { readonly addr: string } };
}

function readPlan(lines: readonly PlanLine[]): Plan {
  return {
    diagnostics: lines.flatMap(({ diagnostic }) => (diagnostic === undefined ? [] : [diagnostic])),
    created: lines.flatMap(({ type, change }) =>
      type === "planned_change" && change?.action === "create" ? [change.resource.addr] : [],
    ),
  };
}

/** The provider comes from its folder and nothing from a registry. */
function environment(folder: string, provider: string): NodeJS.ProcessEnv {
  const file = join(folder, "cli.tfrc");
  // No `direct {}`: without network a lookup would hang instead of fail.
  writeFileSync(
    file,
    `provider_installation {\n  dev_overrides { "hashicorp/aws" = ${JSON.stringify(provider)} }\n}\n`,
  );
  return { ...process.env, TF_CLI_CONFIG_FILE: file, TF_IN_AUTOMATION: "1", CHECKPOINT_DISABLE: "1", TF_LOG: "" };
}

/** Standard output also of a run that found errors: they are in it. */
async function tofuOutput(
  tofu: string,
  args: readonly string[],
  options: { cwd: string; env: NodeJS.ProcessEnv },
): Promise<string> {
  // The shell's last word replaces the exit code, which says no more than the output.
  const output = await runCommand("sh", ["-c", '"$0" "$@"; [ $? -le 1 ]', tofu, ...args], options);
  if (!output.includes("{")) throw new Error(`tofu ${args[0] ?? ""} printed no JSON: ${output}`);
  return output;
}
