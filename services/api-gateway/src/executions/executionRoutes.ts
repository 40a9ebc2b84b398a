import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { batchLoad } from "@jobsprint/runtime/work";
import { Router } from "express";
import { z } from "zod";
import type { Routes } from "../http/call.ts";
import { notFound } from "../http/problems.ts";
import { id, jsonObject, mostEntries, userHeaders, validate } from "../http/validation.ts";
import type { CachedWorkflows } from "../workflows/cachedWorkflows.ts";
import { workflowRequest } from "../workflows/workflowRoutes.ts";
import type { Execution } from "./execution.ts";
import type { ExecutionStore } from "./executionStore.ts";
import type { StartExecution } from "./startExecution.ts";

const startRequest = z.object({
  // The id of the execution: whoever repeats a request brings the same one.
  headers: userHeaders.extend({ "idempotency-key": id.optional() }),
  params: z.object({ id }),
  // No body at all is a start without input.
  body: z
    .strictObject({ input: jsonObject.default({}), priority: z.enum(["normal", "urgent"]).default("normal") })
    .prefault({}),
});

const manyRequest = z.object({
  headers: userHeaders,
  query: z.strictObject({
    ids: z
      .string()
      .transform((text) => text.toLowerCase().split(","))
      .pipe(z.array(z.uuid()).max(mostEntries)),
  }),
});

const oneRequest = z.object({ headers: userHeaders, params: z.object({ id }) });

export interface ExecutionParts {
  readonly store: ExecutionStore;
  readonly workflows: CachedWorkflows;
  readonly start: StartExecution;
}

/** /v1/executions, and those of one workflow. */
export function executionRoutes(routes: Routes, { store, workflows, start }: ExecutionParts): Router {
  const router = Router();
  router.post(
    "/v1/workflows/:id/executions",
    routes.json(async ({ request, response, signal }) => {
      const { headers, params, body } = validate(startRequest, request);
      const key = headers["idempotency-key"] ?? randomUUID();
      const execution = { id: key, workflowId: params.id, userId: headers["x-user-id"], input: body.input };
      const started = await start({ ...execution, urgent: body.priority === "urgent" }, signal);
      response.location(`/v1/executions/${key}`);
      return { status: 202, body: started };
    }),
  );
  router.get(
    "/v1/workflows/:id/executions",
    routes.stream(async ({ request, response, signal }) => {
      const { headers, params } = validate(workflowRequest, request);
      // Also the check that the workflow is the user's.
      const workflow = await workflows.find(headers["x-user-id"], params.id, signal);
      const source = Readable.from(lines(store.stream(workflow.id, signal)));
      // The first line, the end or the error: with nothing sent yet, it can still become an answer of its own.
      await once(source, "readable");
      response.type("application/x-ndjson");
      await pipeline(source, response);
    }),
  );
  router.get(
    "/v1/executions",
    routes.json(async ({ request, signal }) => {
      const { headers, query } = validate(manyRequest, request);
      const load = (ids: readonly string[]) => store.findMany(headers["x-user-id"], ids, signal);
      // Of this request alone: another user's must not be answered from it.
      const executions = await batchLoad<string, Execution>(load, { signal, cache: true }).loadMany(query.ids);
      return { body: { executions: executions.map((execution) => execution ?? null) } };
    }),
  );
  router.get(
    "/v1/executions/:id",
    routes.json(async ({ request, signal }) => {
      const { headers, params } = validate(oneRequest, request);
      const found = await store.findMany(headers["x-user-id"], [params.id], signal);
      const execution = found.get(params.id);
      if (execution === undefined) throw notFound("execution");
      return { body: execution };
    }),
  );
  return router;
}

async function* lines(executions: AsyncIterable<Execution>): AsyncGenerator<string> {
  for await (const execution of executions) yield `${JSON.stringify(execution)}\n`;
}
