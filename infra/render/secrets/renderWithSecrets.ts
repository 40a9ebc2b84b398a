import { createPlatform } from "../../platform.ts";
import type { Size } from "../../sizing.ts";
import { capture } from "../capture.ts";
import { manifestsInClear, type Manifest } from "../manifests.ts";
import { readConfig } from "../renderStack.ts";
import { SecretsError } from "./secretsError.ts";
import { readSecrets, writeSecrets } from "./secretsFile.ts";

/**
 * The Kubernetes objects of a stack without AWS with real passwords, keys and certificates in them, so that they run. What
 * `file` holds from earlier is used again; what is new is put there, for the owner's eyes alone.
 * @throws {SecretsError} when the stack is on AWS or the file is refused, {ConfigError} when the configuration is
 */
export async function renderWithSecrets(stack: string, file: string, size?: Size): Promise<Manifest[]> {
  const config = readConfig(stack, size);
  // What AWS generates is known to AWS alone.
  if (config.environment !== "local")
    throw new SecretsError(`--secrets is for stacks without AWS: ${stack} has environment ${config.environment}`);
  const before = readSecrets(file);
  const secrets = { ...before.resources };
  // Only now: without secrets nobody waits for the library of certificates.
  const { generatingOutputs } = await import("./generator.ts");
  const { resources } = await capture(() => createPlatform(config), { stack, outputs: generatingOutputs(secrets) });
  writeSecrets(file, secrets, before);
  return manifestsInClear(resources).toSorted((a, b) => rankOf(a) - rankOf(b) || (nameOf(a) < nameOf(b) ? -1 : 1));
}

/**
 * What others need to exist goes first, what asks for pods that run goes last: an API without its server holds up who lists
 * them all. In between by name, since making certificates takes now longer, now shorter, and the next run must say the same.
 */
const first = ["Namespace", "PriorityClass", "ServiceAccount", "ConfigMap", "Secret"];
const last = ["APIService", "HorizontalPodAutoscaler"];

const rankOf = ({ kind }: Manifest): number =>
  first.includes(kind) ? first.indexOf(kind) : first.length + 1 + last.indexOf(kind);

const nameOf = ({ kind, metadata: { namespace = "", name } }: Manifest): string => `${kind}/${namespace}/${name}`;
