import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { repositoryRoot } from "../paths.ts";

/** The images that the local stack runs, by their key there: only what is asked for is built. */
export function stackReferences(): Readonly<Record<string, string>> {
  const text = readFileSync(join(repositoryRoot, "Pulumi.local.yaml"), "utf8");
  const { config } = parse(text) as { config: Record<string, unknown> };
  return config["jobsprint:images"] as Record<string, string>;
}
