/** Answers to what went wrong, as RFC 9457 problem details. */

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

/** What the caller is told of any error; the text of an unexpected one stays in the log. */
export function problemOf(error: unknown): ProblemDetails {
  if (error instanceof Problem) return error.details;
  if (isRefusedByParser(error)) return { title: error.message, status: error.status };
  if (isPassing(error))
    return { title: "a server behind the gateway is away or slow", status: 503, detail: "try again in a moment" };
  return { title: "internal error", status: 500 };
}

/** Express's body parser marks what may be shown to the caller. */
function isRefusedByParser(error: unknown): error is Error & { status: number } {
  return error instanceof Error && "expose" in error && error.expose === true && "status" in error;
}

function isPassing(error: unknown): boolean {
  // A DOMException is an Error; its code is a number.
  if (!(error instanceof Error)) return false;
  if (passing.has(error.name)) return true;
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  return passingCode.test(code) || isPassing(error.cause);
}
