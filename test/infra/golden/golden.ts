import { join } from "node:path";
import type { CapturedResource } from "../../../infra/render/capture.ts";
import { maskSecrets } from "../../../infra/render/mask.ts";
import { repositoryRoot } from "../../../local/paths.ts";

export const goldenFile = (stack: string): string =>
  join(repositoryRoot, "test", "fixtures", "golden", `${stack}.json`);

/** Every resource in the order of its URN with its keys sorted and its secrets masked: a change of the program is a change of these lines. */
export function goldenText(resources: readonly CapturedResource[]): string {
  const all = resources.map((resource) => {
    const { urn, parent, opts } = resource;
    return { urn, parent, props: maskSecrets(resource), opts: shortened(opts) };
  });
  return `${JSON.stringify(sorted(all.toSorted((a, b) => (a.urn < b.urn ? -1 : 1))), null, 1)}\n`;
}

/** Options that were not given would be most of the text. */
function shortened({ dependsOn, ...opts }: CapturedResource["opts"]): Record<string, unknown> {
  const given = Object.entries({ ...opts, dependsOn: dependsOn.toSorted() });
  return Object.fromEntries(given.filter(([, value]) => value !== false && value !== "" && String(value) !== ""));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, item]) => [key, sorted(item)]));
}
