import { Router } from "express";
import { z } from "zod";
import type { Routes } from "../http/call.ts";
import { id, jsonObject, mostEntries, userHeaders, validate } from "../http/validation.ts";
import type { CachedWorkflows } from "./cachedWorkflows.ts";
import { decodeCursor, type Cursor } from "./workflow.ts";

const cursor = z.string().transform((text, context): Cursor => {
  const decoded = decodeCursor(text);
  if (decoded !== undefined) return decoded;
  context.addIssue({ code: "custom", message: "must be the `next` of a page before" });
  return z.NEVER;
});

const listRequest = z.object({
  headers: userHeaders,
  query: z.strictObject({
    limit: z.coerce.number().int().min(1).max(mostEntries).default(50),
    after: cursor.optional(),
  }),
});

const createRequest = z.object({
  headers: userHeaders,
  body: z.strictObject({
    name: z.string().trim().min(1).max(255),
    definition: jsonObject.default({}),
    isActive: z.boolean().default(true),
  }),
});

export const workflowRequest = z.object({ headers: userHeaders, params: z.object({ id }) });

/** /v1/workflows: a user's own, newest first. */
export function workflowRoutes(routes: Routes, workflows: CachedWorkflows): Router {
  const router = Router();
  router.get(
    "/v1/workflows",
    routes.json(async ({ request, signal }) => {
      const { headers, query } = validate(listRequest, request);
      return { body: await workflows.page(headers["x-user-id"], query, signal) };
    }),
  );
  router.post(
    "/v1/workflows",
    routes.json(async ({ request, response, signal }) => {
      const { headers, body } = validate(createRequest, request);
      const created = await workflows.create(headers["x-user-id"], body, signal);
      response.location(`/v1/workflows/${created.id}`);
      return { status: 201, body: created };
    }),
  );
  router.get(
    "/v1/workflows/:id",
    routes.json(async ({ request, signal }) => {
      const { headers, params } = validate(workflowRequest, request);
      return { body: await workflows.find(headers["x-user-id"], params.id, signal) };
    }),
  );
  return router;
}
