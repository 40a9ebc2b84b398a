/** How Pulumi's protocol marks values that JSON has no word for. */
const signatureKey = "4dabf18193072939515e22adb298388d";
const signatures = { secret: "1b47061264138c4ac30d75fd1eb44270", resource: "5cf8f73096256a8f31e491e813e4eb8e" };
const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

export interface Unwrapped {
  readonly value: unknown;
  /** Where secrets stood, for example "stringData.password"; "" for the whole. */
  readonly secretPaths: string[];
}

/** The plain value of one as it goes over the wire, and where in it secrets were. A resource becomes its URN. */
export function unwrap(marked: unknown, path = ""): Unwrapped {
  if (Array.isArray(marked)) {
    const items = marked.map((item, index) => unwrap(item, join(path, String(index))));
    return { value: items.map(({ value }) => value), secretPaths: items.flatMap(({ secretPaths }) => secretPaths) };
  }
  if (!isRecord(marked)) return { value: marked === unknownValue ? "<unknown>" : marked, secretPaths: [] };
  if (marked[signatureKey] === signatures.resource) return { value: marked["urn"], secretPaths: [] };
  if (isMarked(marked)) return { value: unwrap(marked["value"], path).value, secretPaths: [path] };
  const entries = Object.entries(marked).map(([key, item]) => [key, unwrap(item, join(path, key))] as const);
  return {
    value: Object.fromEntries(entries.map(([key, { value }]) => [key, value])),
    secretPaths: entries.flatMap(([, { secretPaths }]) => secretPaths),
  };
}

/** A value as it goes over the wire when it is secret. */
export const markSecret = (value: unknown): Record<string, unknown> =>
  isMarked(value) ? value : { [signatureKey]: signatures.secret, value };

const isMarked = (value: unknown): value is Record<string, unknown> =>
  isRecord(value) && value[signatureKey] === signatures.secret;

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

// A dot inside a key, as annotations have it, would read like two keys.
const join = (path: string, key: string): string => {
  const escaped = key.replaceAll(".", "\\.");
  return path === "" ? escaped : `${path}.${escaped}`;
};
