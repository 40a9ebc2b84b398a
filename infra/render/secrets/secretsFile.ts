import { existsSync } from "node:fs";
import { z } from "zod";
import { readOwn, writeOwn } from "./ownFile.ts";
import { SecretsError } from "./secretsError.ts";

/** What was generated for one resource. */
const kept = z.strictObject({
  type: z.string(),
  /** Digest of the inputs: others are another value. */
  inputs: z.string(),
  /** Time from which on a certificate is made anew. */
  renewAt: z.iso.datetime().optional(),
  outputs: z.record(z.string(), z.string()),
});

/** The first version had names alone as keys. */
const document = z.strictObject({ version: z.literal([1, 2]), resources: z.record(z.string(), kept) });

export type Kept = z.infer<typeof kept>;

/** Generated values by `keyOf` their resource. */
export type GeneratedSecrets = Record<string, Kept>;

/** Resources of two types may have the same name. */
export const keyOf = (type: string, name: string): string => `${type}::${name}`;

export interface SecretsFile {
  readonly resources: GeneratedSecrets;
  /** As it was read; absent where there was no file. */
  readonly text?: string;
}

/**
 * The values of earlier runs; none when there is no such file yet.
 * @throws {SecretsError} when others may read it or have made it, or it is no file of secrets
 */
export function readSecrets(path: string): SecretsFile {
  if (!existsSync(path)) return { resources: {} };
  const text = readOwn(path);
  const parsed = document.safeParse(parse(text));
  // No more of it is told: the text holds keys.
  if (!parsed.success) throw new SecretsError(`${path} is no file that --secrets has written`);
  const { version, resources } = parsed.data;
  const renamed = Object.entries(resources).map(([key, value]) => [
    version === 1 ? keyOf(value.type, key) : key,
    value,
  ]);
  return { resources: Object.fromEntries(renamed) as GeneratedSecrets, text };
}

/**
 * Puts values where `before` was read; what has not changed is not written.
 * @throws {SecretsError} when another run has written the file meanwhile
 */
export function writeSecrets(path: string, resources: GeneratedSecrets, { text: before }: SecretsFile): void {
  const text = `${JSON.stringify({ version: 2, resources }, null, 2)}\n`;
  if (text !== before) writeOwn(path, text, before);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
