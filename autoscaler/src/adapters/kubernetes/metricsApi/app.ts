import express, { type Express, type NextFunction, type Request, type Response } from "express";
import type { Clock } from "../../../ports/clock.ts";
import type { AccessReviewer } from "./accessReviewer.ts";
import type { Authenticator } from "./authenticator.ts";
import { discoveryDocument } from "./discovery.ts";
import { toAttributes, type RequestAttributes } from "./requestAttributes.ts";
import { answerMetric, type ServedMetric } from "./servedMetrics.ts";
import { Refusal } from "./status.ts";

/** What answers are made of. */
export interface MetricsApiParts {
  readonly metrics: readonly ServedMetric[];
  readonly authenticator: Pick<Authenticator, "authenticate">;
  readonly access: Pick<AccessReviewer, "authorize">;
  readonly clock: Pick<Clock, "now">;
  /** Whether callers can be told apart. */
  readonly isReady: () => boolean;
  /** Hears the HTTP status of each answer. */
  readonly onRequest: (code: number) => void;
  /** Told of an unexpected error of a request; the client sees no details. */
  readonly onError: (error: unknown) => void;
}

/** The API as an Express application; it only reads. */
export function createApp(parts: MetricsApiParts): Express {
  const { onRequest, onError } = parts;
  // Answers change with each scrape, so that a digest of each would be work for nothing.
  const app = express().disable("x-powered-by").disable("etag");
  app.use((_request, response, next) => {
    response.on("finish", () => {
      onRequest(response.statusCode);
    });
    next();
  });
  // For probes, which have no credentials; they tell nothing that is not seen from a Pod's status.
  app.get(["/healthz", "/livez"], (_request, response) => {
    response.type("text").send("ok\n");
  });
  app.get("/readyz", (_request, response) => {
    const ready = parts.isReady() && parts.metrics.every(({ pods }) => pods.list() !== undefined);
    response
      .status(ready ? 200 : 503)
      .type("text")
      .send(ready ? "ok\n" : "authorities or pods are not known yet\n");
  });
  app.use(async (request, response) => {
    response.json(await answer(request, parts));
  });
  // Express knows an error handler by its four parameters.
  app.use((error: unknown, _request: Request, response: Response, _next: NextFunction) => {
    if (!(error instanceof Refusal)) onError(error);
    const refusal = error instanceof Refusal ? error : new Refusal("InternalError", "internal error");
    // The next connection is judged by the authorities of then: a certificate of a new one may have come too early.
    if (refusal.reason === "Unauthorized" || refusal.reason === "ServiceUnavailable")
      response.set("Connection", "close");
    response.status(refusal.code).json(refusal.toStatus());
  });
  return app;
}

async function answer(request: Request, parts: MetricsApiParts): Promise<object> {
  const user = await parts.authenticator.authenticate(request);
  const { method } = request;
  if (method !== "GET" && method !== "HEAD")
    throw new Refusal("MethodNotAllowed", "custom.metrics.k8s.io is for reading alone");
  // As sent: a URL object would resolve dots, and what is authorised has to be what is answered.
  const [path = "", ...queries] = request.originalUrl.split("?");
  const attributes = toAttributes(method, path);
  if (attributes === undefined) throw new Refusal("BadRequest", "the path cannot be decoded");
  await parts.access.authorize(user, attributes);
  return document(attributes, new URLSearchParams(queries.join("?")), parts);
}

function document(attributes: RequestAttributes, query: URLSearchParams, parts: MetricsApiParts): object {
  const { metrics, clock } = parts;
  if (attributes.kind === "resource") {
    const selector = (key: string): string => query.get(key) ?? "";
    const selectors = {
      labelSelector: selector("labelSelector"),
      metricLabelSelector: selector("metricLabelSelector"),
    };
    return answerMetric(metrics, attributes, selectors, clock.now());
  }
  // One of several namespaces is one resource.
  const names = [...new Set(metrics.map(({ name }) => name))];
  const found = discoveryDocument(attributes.path, names);
  if (found === undefined) throw new Refusal("NotFound", "the server could not find the requested resource");
  return found;
}
