import type { PodRates } from "../../../ports/podRates.ts";
import { matches, parseLabelSelector } from "../pods/labelSelector.ts";
import type { Labels } from "../pods/labelSelector.ts";
import type { CachedPod } from "../pods/pod.ts";
import type { LabelledPods } from "../pods/selectedPods.ts";
import { groupVersion } from "./discovery.ts";
import { metricValueList, type PodValue } from "./metricValues.ts";
import type { ResourceAttributes } from "./requestAttributes.ts";
import { Refusal } from "./status.ts";

/** One metric, of the pods of one namespace. */
export interface ServedMetric {
  readonly name: string;
  readonly namespace: string;
  readonly pods: LabelledPods;
  readonly rates: PodRates;
  /** Older values are absent. */
  readonly maxAgeSeconds: number;
}

/** The parameters of the query that the API knows. */
export interface Selectors {
  readonly labelSelector: string;
  readonly metricLabelSelector: string;
}

/** Answers what is asked of a metric. Throws a Refusal. */
export function answerMetric(
  metrics: readonly ServedMetric[],
  asked: ResourceAttributes,
  selectors: Selectors,
  now: number,
): object {
  const { namespace, name } = asked;
  const metric = isServed(asked) ? metrics.find((one) => isAskedFor(one, asked)) : undefined;
  if (metric === undefined) throw new Refusal("NotFound", `the server could not find ${what(asked)}`);
  if (selectors.metricLabelSelector.trim() !== "")
    throw new Refusal("BadRequest", `metricLabelSelector: metric ${metric.name} has no labels to select by`);
  const listed = metric.pods.list();
  // Unknown is not empty, although the HPA would take either for a failure.
  if (listed === undefined) throw new Refusal("ServiceUnavailable", `pods of namespace ${namespace} are not known`);
  const isSelected = name === "*" ? toPredicate(selectors.labelSelector) : (pod: CachedPod) => pod.name === name;
  const values = listed.filter(isSelected).flatMap((pod) => valueOf(pod, metric, now));
  // Of one pod a value was asked for, and none is known.
  if (name !== "*" && values.length === 0) throw new Refusal("NotFound", `the server could not find ${what(asked)}`);
  return metricValueList(metric.name, namespace, values);
}

function isServed({ group, version, resource }: ResourceAttributes): boolean {
  return group === groupVersion.group && version === groupVersion.version && resource === "pods";
}

function isAskedFor(metric: ServedMetric, { namespace, name, subresource }: ResourceAttributes): boolean {
  return metric.name === subresource && metric.namespace === namespace && name !== "";
}

const what = ({ resource, name, subresource }: ResourceAttributes): string =>
  `the metric ${subresource} for ${resource} ${name}`;

/** Nothing for a pod that takes no requests, and for one of which no value of late is known. */
export function valueOf(pod: CachedPod, { rates, maxAgeSeconds }: ServedMetric, now: number): PodValue[] {
  if (!pod.ready || pod.terminating || pod.phase !== "Running") return [];
  const rate = rates.rateOf(pod);
  // Either way: a clock that was set back must not make an old value young.
  if (rate === undefined || Math.abs(now - rate.observedAt) > maxAgeSeconds) return [];
  return [{ pod, rate }];
}

/** Throws a Refusal for a selector that is not understood: with less of it too many pods would match. */
function toPredicate(labelSelector: string): (pod: { readonly labels: Labels }) => boolean {
  if (labelSelector.trim() === "") return () => true;
  const selector = parseLabelSelector(labelSelector);
  if (selector === undefined) throw new Refusal("BadRequest", `labelSelector: "${labelSelector}" is not understood`);
  return ({ labels }) => matches(selector, labels);
}
