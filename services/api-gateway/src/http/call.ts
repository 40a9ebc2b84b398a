import type { Database } from "@jobsprint/runtime/database";
import type { Request, RequestHandler, Response } from "express";
import { readAfter, tellPosition } from "./position.ts";

/** One request with what its work needs. */
export interface Call {
  readonly request: Request;
  readonly response: Response;
  /** Aborts at the deadline, or when the client has gone. */
  readonly signal: AbortSignal;
}

export interface CallOptions {
  readonly database: Database;
  /** For the whole of one request. */
  readonly requestSeconds: number;
}

/** Runs the work of a route within its deadline, and within a scope in which reads see its own writes. */
export function createRoutes({ database, requestSeconds }: CallOptions) {
  const inScope =
    (work: (call: Call) => Promise<void>, deadline: () => AbortSignal[]): RequestHandler =>
    async (request, response) => {
      const gone = new AbortController();
      response.once("close", () => {
        // It comes after a whole answer too.
        if (!response.writableFinished) gone.abort();
      });
      const signal = AbortSignal.any([gone.signal, ...deadline()]);
      const after = readAfter(request.get("x-read-after"));
      await database.scope(() => work({ request, response, signal }), after === undefined ? {} : { after });
    };
  return {
    /** A route that answers with one JSON value; `undefined` has been sent by itself. */
    json: (work: (call: Call) => Promise<{ status?: number; body: unknown }>): RequestHandler =>
      inScope(
        async (call) => {
          const { status = 200, body } = await work(call);
          if (call.request.method === "POST") await tellPosition(database, call.response, call.signal);
          call.response.status(status).json(body);
        },
        () => [AbortSignal.timeout(requestSeconds * 1000)],
      ),
    /** A route that streams for as long as its client reads. */
    stream: (work: (call: Call) => Promise<void>): RequestHandler => inScope(work, () => []),
  };
}

export type Routes = ReturnType<typeof createRoutes>;
