import type { KubernetesObject } from "@kubernetes/client-node";
import { parseAllDocuments } from "yaml";
import { runCommand } from "../command.ts";
import { repositoryRoot } from "../paths.ts";
import { toStackObject, type StackObject } from "./objects.ts";

/** What to render; the size of Pulumi.local.yaml and masked secrets when absent. */
export interface RenderOptions {
  size?: string;
  /** Where generated passwords and certificates are kept, so that the next render says the same. */
  secretsFile?: string;
}

/** The objects of the local stack, by the command that a user runs: what is applied is what would be deployed. */
export async function renderStack({ size, secretsFile }: RenderOptions = {}): Promise<readonly StackObject[]> {
  const options = [
    ...(size === undefined ? [] : ["--size", size]),
    ...(secretsFile === undefined ? [] : ["--secrets", secretsFile]),
  ];
  const command = ["run", "-s", "render", "--", "--stack", "local", "--format", "yaml", ...options];
  return parseObjects(await runCommand("npm", command, { cwd: repositoryRoot }));
}

/** The objects of a YAML text. Fails at a document that is no YAML, or no object. */
export function parseObjects(text: string): readonly StackObject[] {
  const documents = parseAllDocuments(text);
  return documents.flatMap((document) => {
    const [error] = document.errors;
    // The message of the parser quotes the text, which may be a secret.
    if (error !== undefined) throw new Error(`the rendered stack is no YAML: ${error.code}`);
    const value = document.toJS() as KubernetesObject | null;
    // A document of comments alone is null.
    return value === null ? [] : [toStackObject(value)];
  });
}
