import { namespaceOf } from "./kubernetesObject.ts";
import type { Metadata, Workload } from "./workload.ts";

/** Selectors of this program name labels; one with expressions counts as selecting nothing. */
export interface Selector {
  matchLabels?: Record<string, string>;
  matchExpressions?: unknown[];
}

/** Whether an object of the workload's namespace selects its pods. */
export function selects(
  object: { readonly metadata?: Metadata; readonly spec?: { selector?: Selector } },
  workload: Workload,
): boolean {
  const { matchLabels = {}, matchExpressions = [] } = object.spec?.selector ?? {};
  const wanted = Object.entries(matchLabels);
  if (wanted.length === 0 || matchExpressions.length > 0) return false;
  return (
    namespaceOf(object) === namespaceOf(workload) && wanted.every(([label, value]) => workload.labels[label] === value)
  );
}
