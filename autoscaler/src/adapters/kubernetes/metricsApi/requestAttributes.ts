/** What a request asks for, in the words in which RBAC grants it. Both are decided from this one reading of the URL. */
export type RequestAttributes = ResourceAttributes | NonResourceAttributes;

/** For what lies below a group and a version. */
export interface ResourceAttributes {
  readonly kind: "resource";
  readonly verb: string;
  readonly group: string;
  readonly version: string;
  /** Empty: of the whole cluster. */
  readonly namespace: string;
  readonly resource: string;
  /** Of an object, or `*` for all of them. Empty: the collection. */
  readonly name: string;
  /** For a metric of objects its name: that is how a Role grants a metric. */
  readonly subresource: string;
}

/** For everything else, such as discovery. */
export interface NonResourceAttributes {
  readonly kind: "nonResource";
  readonly verb: string;
  readonly path: string;
}

const resourceVerbs: Readonly<Record<string, string>> = {
  GET: "get",
  HEAD: "get",
  POST: "create",
  PUT: "update",
  PATCH: "patch",
  DELETE: "delete",
};

/** As k8s.io/apiserver's requestinfo.go does for `/apis`. Undefined for a path that cannot be decoded. */
export function toAttributes(method: string, encodedPath: string): RequestAttributes | undefined {
  const path = decoded(encodedPath);
  if (path === undefined) return undefined;
  const [prefix, group, version, ...parts] = path.split("/").filter((part) => part !== "");
  if (prefix !== "apis" || group === undefined || version === undefined || parts.length === 0)
    return { kind: "nonResource", verb: method.toLowerCase(), path };
  return { kind: "resource", group, version, ...toResource(method, parts) };
}

type Resource = Omit<ResourceAttributes, "kind" | "group" | "version">;

function toResource(method: string, parts: readonly string[]): Resource {
  const [first, namespace = ""] = parts;
  const isNamespace = first === "namespaces";
  // After a namespace's name comes what is asked of it; without that the namespace is itself what is asked for.
  const [resource = "", name = "", subresource = ""] = isNamespace && parts.length > 2 ? parts.slice(2) : parts;
  return { resource, name, subresource, verb: verbOf(method, name), namespace: isNamespace ? namespace : "" };
}

function verbOf(method: string, name: string): string {
  const verb = resourceVerbs[method] ?? "";
  return name === "" && verb === "get" ? "list" : verb;
}

/** Before the path is divided, as Go does: an encoded slash divides as well. */
function decoded(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}

/** Continues the sentence `User "x" …` in the API server's words. */
export function describeAttributes(attributes: RequestAttributes): string {
  const { verb } = attributes;
  if (attributes.kind === "nonResource") return `cannot ${verb} path "${attributes.path}"`;
  const { resource, subresource, group, namespace } = attributes;
  const what = subresource === "" ? resource : `${resource}/${subresource}`;
  const where = namespace === "" ? "at the cluster scope" : `in the namespace "${namespace}"`;
  return `cannot ${verb} resource "${what}" in API group "${group}" ${where}`;
}
