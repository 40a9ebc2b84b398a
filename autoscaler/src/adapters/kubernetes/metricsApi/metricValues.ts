import type { PodRate } from "../../../ports/podRates.ts";
import type { Pod } from "../../../ports/targetPods.ts";
import { groupVersion } from "./discovery.ts";
import { formatQuantity } from "./formatQuantity.ts";

/** A pod with its value. */
export interface PodValue {
  readonly pod: Pick<Pod, "name">;
  readonly rate: PodRate;
}

const apiVersion = `${groupVersion.group}/${groupVersion.version}`;

/** A MetricValueList of v1beta2; pods without a value are left out, never told as 0. */
export function metricValueList(metric: string, namespace: string, values: readonly PodValue[]): object {
  const items = values.map(({ pod, rate }) => ({
    describedObject: { kind: "Pod", namespace, name: pod.name, apiVersion: "v1" },
    // Summed over all labels of the counter, so there is no selector among them.
    metric: { name: metric, selector: null },
    // Whole seconds, as times of meta/v1 are.
    timestamp: new Date(Math.floor(rate.observedAt) * 1000).toISOString().replace(".000Z", "Z"),
    windowSeconds: Math.round(rate.windowSeconds),
    value: formatQuantity(rate.perSecond),
  }));
  return { kind: "MetricValueList", apiVersion, metadata: {}, items };
}
