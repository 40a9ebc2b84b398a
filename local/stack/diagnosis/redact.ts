import type { StackObject } from "../objects.ts";

/** Shorter values are words that also stand elsewhere. */
const shortest = 8;

/** Not secret, and words that messages need. */
const harmlessKey = /user(name)?$|^host|^database$|\.crt$/i;

/** Of a JSON value, whose other strings are names of queues and the like. */
const secretKey = /pass|secret|token|cookie|key/i;

interface Secret extends StackObject {
  readonly data?: Readonly<Record<string, string>>;
  readonly stringData?: Readonly<Record<string, string>>;
}

/** A function that blanks the values of the Secrets among the objects in any text. */
export function redactor(objects: readonly StackObject[]): (text: string) => string {
  const values = objects.flatMap((object) => (object.kind === "Secret" ? secretsOf(object).flatMap(spellings) : []));
  // The longest first: a password may be a part of a URL that is a value as well.
  const ordered = [...new Set(values)].sort((a, b) => b.length - a.length);
  return (text) => ordered.reduce((rest, value) => rest.replaceAll(value, "***"), text);
}

/** As it is, and as manifests, headers and URLs carry it. */
function spellings(value: string): string[] {
  const bytes = Buffer.from(value);
  // Without padding: what is left of it tells nothing.
  const encoded = [bytes.toString("base64").replace(/=+$/, ""), bytes.toString("base64url")];
  return [value, ...encoded, encodeURIComponent(value)];
}

function secretsOf({ data = {}, stringData = {} }: Secret): string[] {
  const decoded = Object.entries(data).map(([key, value]) => [key, Buffer.from(value, "base64").toString()] as const);
  return [...decoded, ...Object.entries(stringData)].flatMap(([key, value]) => leaves(key, value));
}

/** The value, its lines, and the secret strings of a value that is JSON. */
function leaves(key: string, value: string): string[] {
  if (harmlessKey.test(key)) return [];
  const lines = [value, ...value.split("\n").map((line) => line.trim())].filter((one) => one.length >= shortest);
  return [...lines, ...nested(parsed(value))];
}

function parsed(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    // Most values are plain text.
    return undefined;
  }
}

function nested(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, one]: [string, unknown]) => {
    if (typeof one !== "string") return nested(one);
    return secretKey.test(key) && one.length >= shortest ? [one] : [];
  });
}
