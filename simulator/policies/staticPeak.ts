import type { PolicyKind } from "../model.ts";
import { checkSettings } from "./settings.ts";

/** Long enough to cost nothing, short enough to be in force soon after the start. Seconds. */
const periodSeconds = 60;

/** The same count at all times: what a fleet sized for its peak does. Throws a RangeError unless `replicas` is at least 0. */
export function staticReplicas(replicas: number): PolicyKind {
  checkSettings("static", { replicas: { value: replicas, least: 0, inclusive: true } });
  return {
    name: "static",
    setting: `${replicas} replicas`,
    create: () => ({ periodSeconds, decide: () => replicas }),
  };
}
