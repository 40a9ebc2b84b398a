/** `npm run -s render -- --stack S [--size Z] [--format yaml|json] [--secrets FILE]` */
import { Command, Option } from "commander";
import { stringify } from "yaml";
import { ConfigError } from "../../autoscaler/src/config/problems.ts";
import { sizes, type Size } from "../sizing.ts";
import { manifestsOf, type Manifest } from "./manifests.ts";
import { maskSecrets } from "./mask.ts";
import { renderStack } from "./renderStack.ts";
import { renderWithSecrets } from "./secrets/renderWithSecrets.ts";
import { SecretsError } from "./secrets/secretsError.ts";

interface Options {
  stack: string;
  size?: Size;
  format: "yaml" | "json";
  secrets?: string;
}

/** Without anchors, which not every reader of manifests knows. */
const write = (manifests: readonly Manifest[]): boolean =>
  process.stdout.write(
    manifests.map((manifest) => stringify(manifest, { aliasDuplicateObjects: false })).join("---\n"),
  );

async function render({ stack, size, format, secrets }: Options): Promise<void> {
  if (secrets !== undefined) {
    if (format !== "yaml") throw new SecretsError("--secrets goes with --format yaml alone: JSON is for eyes");
    if (process.stdout.isTTY) process.stderr.write("render: passwords and keys go to this terminal in clear\n");
    write(await renderWithSecrets(stack, secrets, size));
    return;
  }
  const resources = await renderStack(stack, size);
  if (format === "yaml") {
    write(manifestsOf(resources));
    return;
  }
  const all = resources.map(({ urn, type, name, parent, opts, ...resource }) => {
    return { urn, type, name, parent, props: maskSecrets({ urn, type, name, parent, opts, ...resource }), opts };
  });
  process.stdout.write(`${JSON.stringify(all, null, 2)}\n`);
}

await new Command("render")
  .description("every resource of a stack, without cloud or CLI; secrets are masked unless --secrets is given")
  .requiredOption("--stack <name>", "dev, prod, local or another one with a file Pulumi.<name>.yaml")
  .addOption(new Option("--size <size>", "instead of the stack's own").choices(sizes))
  .addOption(
    new Option("--format <format>", "yaml: the Kubernetes manifests alone").choices(["yaml", "json"]).default("json"),
  )
  .addOption(
    new Option(
      "--secrets <file>",
      "without AWS: real passwords and certificates in the manifests, kept in this file for the next time",
    ),
  )
  .action(async (options: Options) => {
    try {
      await render(options);
    } catch (error) {
      const known =
        error instanceof ConfigError ||
        error instanceof SecretsError ||
        (error instanceof Error && error.message.startsWith("no stack"));
      if (!known) throw error;
      process.stderr.write(`${error.message}\n`);
      process.exitCode = 1;
    }
  })
  .parseAsync();
