import { randomBytes } from "node:crypto";

/** What stands in Redis for a value: JSON, so that other languages can read it. */
export interface Envelope {
  readonly id: string;
  readonly graceMs: number;
  /** Version of each tag when the value was loaded. */
  readonly tags: Readonly<Record<string, string>>;
  readonly value: unknown;
}

/** Characters of 16 random bytes in base64url. */
export const idLength = 22;

/** scripts.ts compares it where it stands. */
export const newId = (): string => randomBytes(16).toString("base64url");

/** What a loader or a caller gave cannot be kept. */
export class NotAValueError extends TypeError {
  override readonly name = "NotAValueError";
}

/** The value's JSON text. Throws NotAValueError when there is none. */
export function serialize(key: string, value: unknown): string {
  if (value === undefined)
    throw new NotAValueError(`the value of ${JSON.stringify(key)} is undefined; null says that there is nothing`);
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch (error) {
    const reason = error instanceof Error ? error.message : "unknown";
    throw new NotAValueError(`the value of ${JSON.stringify(key)} has no JSON form: ${reason}`, { cause: error });
  }
  // JSON.stringify's types hide that functions and symbols have none.
  if ((text as string | undefined) === undefined)
    throw new NotAValueError(`the value of ${JSON.stringify(key)} is a ${typeof value}, which has no JSON form`);
  return text;
}

/** `json` is the value's text. The id comes first: scripts.ts relies on it. */
export function encode(json: string, graceMs: number, tags: Readonly<Record<string, string>>): string {
  return `{"id":"${newId()}","graceMs":${graceMs},"tags":${JSON.stringify(tags)},"value":${json}}`;
}

/** Undefined when the text is none of ours: a miss, which the next load repairs. */
export function decode(text: string): Envelope | undefined {
  try {
    const envelope = JSON.parse(text) as Partial<Record<keyof Envelope, unknown>> | null;
    const { id, graceMs, tags } = envelope ?? {};
    // Elsewhere or of another length, the scripts would not find it.
    if (typeof id !== "string" || !text.startsWith(`{"id":"${id}"`) || id.length !== idLength) return undefined;
    if (typeof graceMs !== "number" || typeof tags !== "object" || tags === null) return undefined;
    return { id, graceMs, tags: tags as Envelope["tags"], value: deepFreeze(envelope?.value) };
  } catch {
    return undefined;
  }
}

/** As every later reader will get it: what JSON makes of the value, and nobody can change it. */
export const parseFrozen = (json: string): unknown => deepFreeze(JSON.parse(json) as unknown);

/** With a list instead of recursion: the depth is the caller's. */
function deepFreeze(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  const open: object[] = [value];
  for (let object = open.pop(); object !== undefined; object = open.pop()) {
    Object.freeze(object);
    for (const child of Object.values(object) as unknown[])
      if (typeof child === "object" && child !== null) open.push(child);
  }
  return value;
}
