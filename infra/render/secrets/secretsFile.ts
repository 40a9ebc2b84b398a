import { existsSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { z } from "zod";

/** What was generated for one resource. */
const kept = z.strictObject({
  type: z.string(),
  /** Digest of the inputs: others are another value. */
  inputs: z.string(),
  /** Time from which on a certificate is made anew. */
  renewAt: z.iso.datetime().optional(),
  outputs: z.record(z.string(), z.string()),
});

const document = z.strictObject({ version: z.literal(1), resources: z.record(z.string(), kept) });

export type Kept = z.infer<typeof kept>;

/** Generated values by the name of their resource. */
export type SecretsFile = Record<string, Kept>;

/** Why a file of secrets is not used, as one sentence. */
export class SecretsError extends Error {
  override readonly name = "SecretsError";
}

/** Read and written by the owner alone. */
const ownMode = 0o600;

/**
 * The values of earlier runs; none when there is no such file yet.
 * @throws {SecretsError} when others may read it, or it is no file of secrets
 */
export function readSecrets(path: string): SecretsFile {
  if (!existsSync(path)) return {};
  const mode = statSync(path).mode & 0o777;
  if ((mode & ~ownMode) !== 0)
    throw new SecretsError(`${path} has mode ${mode.toString(8)}: others may read secrets, so run chmod 600 on it`);
  const parsed = document.safeParse(parse(readFileSync(path, "utf8")));
  // No more of it is told: the text holds keys.
  if (!parsed.success) throw new SecretsError(`${path} is no file that --secrets has written`);
  return parsed.data.resources;
}

/** In one step: half a file would be lost passwords. */
export function writeSecrets(path: string, resources: SecretsFile): void {
  const text = `${JSON.stringify({ version: 1, resources }, null, 2)}\n`;
  const next = `${path}.${process.pid}.next`;
  writeFileSync(next, text, { mode: ownMode });
  renameSync(next, path);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
