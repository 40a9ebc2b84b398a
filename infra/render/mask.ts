import type { CapturedResource } from "./capture.ts";
import { isRecord } from "./wire.ts";

const masked = "[secret]";

/** The resource's properties with every secret replaced. */
export function maskSecrets({ props, secretPaths }: CapturedResource): Record<string, unknown> {
  const copy = structuredClone(props) as Record<string, unknown>;
  for (const path of secretPaths) mask(copy, path);
  return copy;
}

function mask(root: Record<string, unknown>, path: string): void {
  const keys = path.split(/(?<!\\)\./).map((key) => key.replaceAll("\\.", "."));
  const last = keys.pop() ?? "";
  let parent: unknown = root;
  for (const key of keys) parent = (parent as Record<string, unknown>)[key];
  const holder = parent as Record<string, unknown>;
  holder[last] = maskedLike(holder[last], keys[0] ?? last);
}

/** Keys of an object stay: they name what is secret. Kubernetes takes `data` in base64 only. */
function maskedLike(value: unknown, root: string): unknown {
  if (isRecord(value))
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, maskedLike(item, root)]));
  return root === "data" ? Buffer.from(masked).toString("base64") : masked;
}
