import type { RequestHandler } from "express";
import { Problem, type FieldProblem } from "./problems.ts";

/** Far more than any workflow has; schemas and PostgreSQL go down by recursion, and their stacks end. */
const mostLevels = 100;

/** Enough to see what is wrong: the answer must not be longer than the request. */
const mostProblems = 20;

/** Refuses a body that is not declared as JSON: the parser would leave it out, and the request would mean something else. */
export const onlyJson: RequestHandler = (request, _response, next) => {
  const { "transfer-encoding": encoding, "content-length": length } = request.headers;
  const hasBody = encoding !== undefined || Number(length ?? 0) > 0;
  // False for another type, and where none is named.
  if (hasBody && request.is("json") === false)
    throw new Problem(415, "the body must have the content type application/json");
  next();
};

/** What no schema and no column takes, wherever in a parsed body it stands. Without recursion: a body may be deep. */
export function unfitParts(body: unknown): FieldProblem[] {
  const problems: FieldProblem[] = [];
  const open: Part[] = [{ path: "body", value: body, level: 0 }];
  for (let part = open.pop(); part !== undefined && problems.length < mostProblems; part = open.pop()) {
    const { path, value, level } = part;
    const message = unfit(part);
    if (message !== undefined) problems.push({ path, message });
    else if (typeof value === "object" && value !== null)
      for (const [key, inner] of Object.entries(value))
        open.push({ path: `${path}.${key}`, key, value: inner, level: level + 1 });
  }
  return problems;
}

interface Part {
  readonly path: string;
  readonly key?: string;
  readonly value: unknown;
  readonly level: number;
}

function unfit({ key = "", value, level }: Part): string | undefined {
  if (level > mostLevels) return `must have at most ${mostLevels} levels`;
  // JavaScript would take it for the object's prototype, and it would be lost.
  if (key === "__proto__") return "must have another name";
  for (const text of [key, typeof value === "string" ? value : ""])
    // PostgreSQL keeps neither, in text and in jsonb.
    if (text.includes("\0") || !text.isWellFormed())
      return "must have no NUL character and no half of a surrogate pair";
  return undefined;
}
