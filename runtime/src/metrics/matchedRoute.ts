import { subscribe } from "node:diagnostics_channel";
import type { Request } from "express";

/** What express publishes before it calls a handler: https://github.com/pillarjs/router#diagnostics. */
interface Call {
  readonly req: Request;
  /** The pattern that the handler was registered with. */
  readonly route: unknown;
}

interface Watch {
  enter(pattern: unknown): void;
  matched(): string | undefined;
}

const watches = new WeakMap<Request, Watch>();
let listening = false;

/** From now on `matchedRoute` can tell the routes of this process's requests. Once is enough, more does no harm. */
export function watchRoutes(): void {
  if (listening) return;
  listening = true;
  subscribe("tracing:express.router.request:start", (message) => {
    const { req, route } = message as Call;
    let watch = watches.get(req);
    if (watch === undefined) watches.set(req, (watch = watchRequest(req)));
    watch.enter(route);
  });
}

/**
 * The pattern of the last route that the request met, for example `/users/:id`, those of its routers' mounts included.
 * Undefined where none matched. The URL, of which `request.baseUrl` is a part as well, would be a series for every id,
 * and for every way to write it.
 */
export const matchedRoute = (request: Request): string | undefined => watches.get(request)?.matched();

/** Has to begin with the request's first handler, to see each mount that it passes. */
function watchRequest(request: Request): Watch {
  let params: unknown = request.params;
  let route: unknown = request.route;
  let mount = "";
  let parent = "";
  /** By the part of the URL that they took. */
  const mounts = new Map([["", ""]]);
  const mountAt = (baseUrl: string): string => mounts.get(baseUrl) ?? "";
  // Accessors, since express puts both back when an error leaves a router, before anybody is told of the end.
  Object.defineProperty(request, "params", {
    configurable: true,
    enumerable: true,
    get: () => params,
    set: (value: unknown) => {
      params = value;
      // Express sets them after a match and before it takes the mount's part off the URL.
      parent = request.baseUrl;
    },
  });
  Object.defineProperty(request, "route", {
    configurable: true,
    enumerable: true,
    get: () => route,
    set: (value: unknown) => {
      route = value;
      mount = mountAt(request.baseUrl);
    },
  });
  return {
    enter(pattern) {
      // A route, or a middleware of all paths.
      if (request.baseUrl === parent) return;
      mounts.set(request.baseUrl, mountAt(parent) + textOf(pattern));
    },
    matched() {
      const path = pathOf(route);
      if (path === undefined) return undefined;
      return path === "/" && mount !== "" ? mount : mount + path;
    },
  };
}

function pathOf(route: unknown): string | undefined {
  if (typeof route !== "object" || route === null || !("path" in route)) return undefined;
  // A list of patterns or an expression: they are the code's, so there are few.
  return String(route.path);
}

/** An expression ends with a slash, which is its own. */
const textOf = (pattern: unknown): string =>
  typeof pattern === "string" ? pattern.replace(/\/+$/, "") : String(pattern);
