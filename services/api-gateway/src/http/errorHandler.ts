import type { ErrorRequestHandler, RequestHandler } from "express";
import type { Logger } from "pino";
import { notFound, problemOf } from "./problems.ts";

/** Seconds after which a client may try again: about as long as a failover of the broker or a connection takes. */
const retryAfterSeconds = "2";

/** The last route: no other one knew the path. */
export const unknownPath: RequestHandler = () => {
  throw notFound("path");
};

/** Turns every error into an answer; only unexpected ones are errors in the log. */
export function errorHandler(logger: Logger): ErrorRequestHandler {
  // Four parameters: Express knows an error handler by their number.
  return (error: unknown, request, response, _next) => {
    const problem = problemOf(error);
    const fields = { method: request.method, path: request.path, status: problem.status, error: text(error) };
    if (problem.status >= 500) logger[problem.status === 503 ? "warn" : "error"](fields, "request failed");
    // A stream that has begun can only be cut: the client then sees that it is not whole.
    if (response.headersSent) {
      response.destroy();
      return;
    }
    if (problem.status === 503) response.setHeader("retry-after", retryAfterSeconds);
    response.status(problem.status).type("application/problem+json").send(JSON.stringify(problem));
  };
}

const text = (error: unknown): string => (error instanceof Error ? error.message : String(error));
