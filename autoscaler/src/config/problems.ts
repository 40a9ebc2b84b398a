import type { z } from "zod";

/** One thing that is wrong: where, what is allowed, what is there. */
export interface Problem {
  /** Such as `targets[0].metrics.cpu`. */
  readonly path: string;
  /** Continues the path as a sentence, without a final stop. */
  readonly message: string;
}

/** All problems of a document at once; its message is complete, so that callers need to print nothing else. */
export class ConfigError extends Error {
  /** In the order of the document's checks: shape first, then names that refer to something. */
  readonly problems: readonly Problem[];

  constructor(source: string, problems: readonly Problem[]) {
    const lines = problems.map(({ path, message }) => `  ${path}: ${message}`);
    super(`${source} has ${problems.length} problem${problems.length === 1 ? "" : "s"}:\n${lines.join("\n")}`);
    this.name = "ConfigError";
    this.problems = problems;
  }
}

/**
 * Problems of a document that does not fit its schema, each with the bound and the value found. `document` is the raw
 * one: the validator's issues tell the type they found, not the value.
 */
export function toProblems(issues: readonly z.core.$ZodIssue[], document: unknown): Problem[] {
  return issues.flatMap((issue) => {
    // One problem a key, at the key's own path: the validator tells of all at their parent.
    if (issue.code === "unrecognized_keys") {
      return issue.keys.map((key) => ({ path: pathText([...issue.path, key]), message: "is no key of this place" }));
    }
    const path = pathText(issue.path);
    if (issue.code === "invalid_key")
      return [{ path, message: `name ${issue.issues.map(({ message }) => message).join(", ")}` }];
    const value = valueAt(document, issue.path);
    if (value === undefined)
      return [{ path, message: `is required: ${lowerFirst(issue.message).replace(", received undefined", "")}` }];
    return [{ path, message: `${lowerFirst(issue.message)}${found(value)}` }];
  });
}

/** A path as it is written in documentation, `targets[0].metrics.cpu`; an empty one is the document itself. */
export function pathText(path: readonly PropertyKey[]): string {
  const text = path.reduce<string>(
    (before, key) => (typeof key === "number" ? `${before}[${key}]` : `${before}.${String(key)}`),
    "",
  );
  return text.replace(/^\./, "") || "the document";
}

/** The value in words; credentials in URLs are never repeated, a large value is not either. */
function found(value: unknown): string {
  // An object in full would hide its problem, and may hold what belongs into no log.
  if (value !== null && typeof value === "object") return "";
  // Up to the last @: a password may hold slashes and further ones.
  const text = JSON.stringify(value).replace(/\/\/.*@/g, "//…@");
  return `, found ${text.length > 80 ? `${text.slice(0, 80)}…` : text}`;
}

function valueAt(document: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (value as Record<PropertyKey, unknown> | null | undefined)?.[key],
    document,
  );
}

// The library's sentence goes on behind a path here, so its own beginning is taken off.
const lowerFirst = (text: string): string =>
  text.replace(/^Invalid input: /, "").replace(/^[A-Z](?=[a-z])/, (first) => first.toLowerCase());
