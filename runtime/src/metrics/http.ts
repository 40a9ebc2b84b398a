import type { RequestHandler } from "express";
import type { Instruments } from "./instruments.ts";
import { matchedRoute, watchRoutes } from "./matchedRoute.ts";

export interface HttpOptions {
  /** Paths that are not counted, with all below them; probes and the page of metrics when absent. */
  readonly exclude?: readonly string[];
}

/** Probes come every few seconds and are fast: they would make each quantile look good. */
const probes = ["/metrics", "/healthz", "/readyz"];

/** Clients choose the method: what is none of these is `other`. */
const methods = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

/** Far more than a service has; code that adds routes while it runs cannot make series without end. */
const mostRoutes = 500;

/** Counts and times each request. It has to come before the routes. */
export function httpMiddleware(series: Instruments, { exclude = probes }: HttpOptions = {}): RequestHandler {
  watchRoutes();
  const routes = new Set<string>();
  const bounded = (route: string): string => {
    if (routes.size < mostRoutes) routes.add(route);
    return routes.has(route) ? route : "other";
  };
  return (request, response, next) => {
    if (exclude.some((path) => request.path === path || request.path.startsWith(`${path}/`))) {
      next();
      return;
    }
    const start = performance.now();
    series.httpInFlight.inc();
    // After the last byte as well as after a client that left: it comes once, whatever happens.
    response.once("close", () => {
      const labels = {
        method: methods.has(request.method) ? request.method : "other",
        route: bounded(matchedRoute(request) ?? "none"),
      };
      series.httpInFlight.dec();
      series.httpDuration.observe(labels, (performance.now() - start) / 1000);
      series.httpRequests.inc({
        ...labels,
        status: response.writableFinished ? String(response.statusCode) : "aborted",
      });
    });
    next();
  };
}
