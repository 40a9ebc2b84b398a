/** The raw document, of which any part may be missing or of another type, and the problems of the names in it. */
import type { Problem } from "./problems.ts";

/** Wrong types read as empty here, so that the checks need no case for each. */
export const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** As `list`, for objects. */
export const record = (value: unknown): Readonly<Record<string, unknown>> =>
  value !== null && typeof value === "object" && !Array.isArray(value) ? (value as Record<string, unknown>) : {};

/** What is below these keys, undefined where the path ends before. */
export const at = (value: unknown, ...path: readonly string[]): unknown =>
  path.reduce((found, key) => record(found)[key], value);

/** A name that has to be a metric of a target. */
export function known(metrics: Readonly<Record<string, unknown>>, name: unknown, path: string): Problem[] {
  if (typeof name !== "string" || Object.hasOwn(metrics, name)) return [];
  const names = Object.keys(metrics).join(", ") || "there are none";
  return [{ path, message: `must be a metric of the target (${names}), found "${name}"` }];
}

/** As `known`, and of that source. */
export function ofSource(
  metrics: Readonly<Record<string, unknown>>,
  name: unknown,
  source: string,
  path: string,
): Problem[] {
  const unknown = known(metrics, name, path);
  if (typeof name !== "string" || unknown.length > 0) return unknown;
  return at(metrics[name], source) === undefined
    ? [{ path, message: `must be a metric of source ${source}, found "${name}"` }]
    : [];
}

/** Items whose name another one before has. */
export function duplicates(items: readonly unknown[], path: string): Problem[] {
  const names = items.map((item) => at(item, "name"));
  return names.flatMap((name, index) =>
    // The later one is told: the first is the one its reader knows.
    typeof name === "string" && names.indexOf(name) < index
      ? [{ path: `${path}[${index}].name`, message: `must be unique, found "${name}" again` }]
      : [],
  );
}
