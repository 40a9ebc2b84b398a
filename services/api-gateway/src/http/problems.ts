/** Answers to what went wrong, as RFC 9457 problem details. */
import { STATUS_CODES } from "node:http";

/** One thing that is wrong with a request: where, and what it must be. */
export interface FieldProblem {
  /** For example body.name. */
  readonly path: string;
  readonly message: string;
}

/** The body of an answer of type application/problem+json. */
export interface ProblemDetails {
  readonly title: string;
  readonly status: number;
  readonly detail?: string;
  readonly errors?: readonly FieldProblem[];
}

/** Thrown by whoever knows what the caller is to be told. */
export class Problem extends Error {
  readonly details: ProblemDetails;

  constructor(status: number, title: string, more: { detail?: string; errors?: readonly FieldProblem[] } = {}) {
    super(title);
    this.details = { title, status, ...more };
  }
}

/** The same whether it does not exist or belongs to somebody else. */
export const notFound = (what: string): Problem => new Problem(404, `no such ${what}`);

/** Names of the errors after which the same request may succeed: servers that are away, and deadlines. */
const passing = new Set(["NoConnectionError", "OutcomeUnknownError", "PublishError", "TimeoutError", "AbortError"]);

/** SQLSTATE classes 08 (connection), 53 (resources) and 57P (shutdown), and the codes of sockets. */
const passingCode = /^(08|53|57P|E[A-Z]{4,}$)/;

/** SQLSTATE class 22: a value that its column does not take. */
const unfitCode = /^22[0-9A-Z]{3}$/;

/** What the caller is told of any error; the text of an unexpected one stays in the log. */
export function problemOf(error: unknown): ProblemDetails {
  if (error instanceof Problem) return error.details;
  if (isRefusedByExpress(error)) {
    const { status, message, expose } = error;
    return { title: expose === true ? message : (STATUS_CODES[status] ?? "bad request"), status };
  }
  if (hasCode(error, unfitCode)) return { title: "the request has a value that cannot be kept", status: 400 };
  if (isPassing(error))
    return { title: "a server behind the gateway is away or slow", status: 503, detail: "try again in a moment" };
  return { title: "internal error", status: 500 };
}

/** Its body parser marks what may be shown to the caller; its router does not, for a path that cannot be decoded. */
function isRefusedByExpress(error: unknown): error is Error & { status: number; expose?: unknown } {
  if (!(error instanceof Error && "status" in error && typeof error.status === "number")) return false;
  return error.status >= 400 && error.status < 500;
}

function isPassing(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return passing.has(error.name) || hasCode(error, passingCode) || isPassing(error.cause);
}

/** The error's own or that of a cause. */
function hasCode(error: unknown, form: RegExp): boolean {
  if (!(error instanceof Error)) return false;
  // A DOMException is an Error too; its code is a number.
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  return form.test(code) || hasCode(error.cause, form);
}
