import type { Request } from "express";

/**
 * Watches which routes a request meets and returns a function that tells the pattern of the last one, for example
 * `/users/:id`, or undefined where none matched. The URL itself would be a series for every id.
 */
export function watchRoute(request: Request): () => string | undefined {
  let params: unknown = request.params;
  let mount = "";
  const names = new Map<string, string>();
  let route: unknown = request.route;
  // Accessors, since express puts both back when an error leaves a router, before anybody is told of the end.
  Object.defineProperty(request, "params", {
    configurable: true,
    enumerable: true,
    get: () => params,
    set: (value: Readonly<Record<string, unknown>> | undefined) => {
      params = value;
      // Express takes them away again after the last router.
      for (const [name, text] of Object.entries(value ?? {})) for (const part of partsOf(text)) names.set(part, name);
    },
  });
  Object.defineProperty(request, "route", {
    configurable: true,
    enumerable: true,
    get: () => route,
    set: (value: unknown) => {
      route = value;
      mount = request.baseUrl;
    },
  });
  return () => {
    const path = pathOf(route);
    return path === undefined ? undefined : patternOf(mount, names) + (path === "/" && mount !== "" ? "" : path);
  };
}

/** A router may be mounted at a path with parameters, of which express keeps the values alone. */
function patternOf(mount: string, names: ReadonlyMap<string, string>): string {
  const segments = mount.split("/").map((segment) => {
    const name = names.get(decoded(segment));
    return name === undefined || segment === "" ? segment : `:${name}`;
  });
  return segments.join("/");
}

/** A wildcard's value is a list of segments. */
const partsOf = (value: unknown): readonly string[] =>
  (Array.isArray(value) ? value : [value]).filter((part) => typeof part === "string");

function pathOf(route: unknown): string | undefined {
  if (typeof route !== "object" || route === null || !("path" in route)) return undefined;
  // A list of patterns or an expression: they are the code's, so there are few.
  return String(route.path);
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
