/** How Pulumi's protocol marks a secret value. */
const signatureKey = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";

export interface Unwrapped {
  readonly value: unknown;
  /** Where secrets stood, for example "stringData.password"; "" for the whole. */
  readonly secretPaths: string[];
}

/** The plain value, and where in it secrets were. */
export function unwrapSecrets(marked: unknown, path = ""): Unwrapped {
  if (Array.isArray(marked)) {
    const items = marked.map((item, index) => unwrapSecrets(item, join(path, String(index))));
    return { value: items.map(({ value }) => value), secretPaths: items.flatMap(({ secretPaths }) => secretPaths) };
  }
  if (!isRecord(marked)) return { value: marked, secretPaths: [] };
  if (marked[signatureKey] === secretSignature)
    return { value: unwrapSecrets(marked["value"], path).value, secretPaths: [path] };
  const entries = Object.entries(marked).map(([key, item]) => [key, unwrapSecrets(item, join(path, key))] as const);
  return {
    value: Object.fromEntries(entries.map(([key, { value }]) => [key, value])),
    secretPaths: entries.flatMap(([, { secretPaths }]) => secretPaths),
  };
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

// A dot inside a key, as annotations have it, would read like two keys.
const join = (path: string, key: string): string => {
  const escaped = key.replaceAll(".", "\\.");
  return path === "" ? escaped : `${path}.${escaped}`;
};
