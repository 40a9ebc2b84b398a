/** `npm run -s render -- --stack S [--size Z] [--format yaml|json]` */
import { Command, Option } from "commander";
import { stringify } from "yaml";
import { ConfigError } from "../../autoscaler/src/config/problems.ts";
import { sizes, type Size } from "../sizing.ts";
import { manifestsOf } from "./manifests.ts";
import { maskSecrets } from "./mask.ts";
import { renderStack } from "./renderStack.ts";

interface Options {
  stack: string;
  size?: Size;
  format: "yaml" | "json";
}

async function render({ stack, size, format }: Options): Promise<void> {
  const resources = await renderStack(stack, size);
  if (format === "yaml") {
    // Without anchors, which not every reader of manifests knows.
    const documents = manifestsOf(resources).map((manifest) => stringify(manifest, { aliasDuplicateObjects: false }));
    process.stdout.write(documents.join("---\n"));
    return;
  }
  const all = resources.map(({ urn, type, name, parent, opts, ...resource }) => {
    return { urn, type, name, parent, props: maskSecrets({ urn, type, name, parent, opts, ...resource }), opts };
  });
  process.stdout.write(`${JSON.stringify(all, null, 2)}\n`);
}

await new Command("render")
  .description("every resource of a stack, without cloud or CLI; secrets are masked")
  .requiredOption("--stack <name>", "dev, prod, local or another one with a file Pulumi.<name>.yaml")
  .addOption(new Option("--size <size>", "instead of the stack's own").choices(sizes))
  .addOption(
    new Option("--format <format>", "yaml: the Kubernetes manifests alone").choices(["yaml", "json"]).default("json"),
  )
  .action(async (options: Options) => {
    try {
      await render(options);
    } catch (error) {
      const known = error instanceof ConfigError || (error instanceof Error && error.message.startsWith("no stack"));
      if (!known) throw error;
      process.stderr.write(`${error.message}\n`);
      process.exitCode = 1;
    }
  })
  .parseAsync();
