import { readFileSync } from "node:fs";
import { join } from "node:path";

/** A YAML text of the folder manifests/ with a value for each ${name} in it; throws when one has none. */
export function manifest(name: string, values: Readonly<Record<string, string>> = {}): string {
  const text = readFileSync(join(import.meta.dirname, "manifests", `${name}.yaml`), "utf8");
  return text.replace(/\$\{(\w+)\}/g, (_, key: string) => {
    const value = values[key];
    if (value === undefined) throw new Error(`${name}.yaml: no value for "${key}"`);
    return value;
  });
}
