import assert from "node:assert/strict";
import type { CapturedResource } from "../../../../../infra/render/capture.ts";

type Resources = readonly CapturedResource[];

/** The resource of that name; there must be one. */
export function find(resources: Resources, name: string): CapturedResource {
  const found = resources.find((resource) => resource.name === name && resource.custom);
  assert.ok(found, `no ${name} among ${resources.map((resource) => resource.name).join(", ")}`);
  return found;
}

/** Resources whose type ends so, such as `:Deployment`. */
export const ofKind = (resources: Resources, kind: string): CapturedResource[] =>
  resources.filter(({ type }) => type.endsWith(`:${kind}`));

/** What lies at a path of keys and positions; undefined where it breaks off. */
export const at = (value: unknown, ...path: readonly (string | number)[]): unknown =>
  path.reduce<unknown>((inner, key) => (inner as Record<string | number, unknown> | undefined)?.[key], value);

/** Names of the resources in whose inputs a text stands outside what is marked as secret. */
export function inClear(resources: Resources, text: string): string[] {
  return resources.filter(({ props, secretPaths }) => holds(props, text, "", secretPaths)).map(({ name }) => name);
}

function holds(value: unknown, text: string, path: string, secretPaths: readonly string[]): boolean {
  if (secretPaths.includes(path)) return false;
  if (typeof value === "string") return value.includes(text);
  if (typeof value !== "object" || value === null) return false;
  return Object.entries(value).some(([key, inner]) => {
    const escaped = key.replaceAll(".", "\\.");
    return holds(inner, text, path === "" ? escaped : `${path}.${escaped}`, secretPaths);
  });
}
