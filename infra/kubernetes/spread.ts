import type { types } from "@pulumi/kubernetes";
import { selectorOf } from "./labels.ts";

type Spread = types.input.core.v1.TopologySpreadConstraint;

export interface SpreadOptions {
  /** DoNotSchedule for a quorum, whose members must not share a zone; ScheduleAnyway for what only should not. */
  readonly zone: "DoNotSchedule" | "ScheduleAnyway";
  /** Of the hosts; ScheduleAnyway unless told. */
  readonly host?: "DoNotSchedule" | "ScheduleAnyway";
}

/** Spreads a workload's pods over zones and hosts, at most one apart. */
export function spreadOver(name: string, { zone, host = "ScheduleAnyway" }: SpreadOptions): Spread[] {
  const over = (topologyKey: string, whenUnsatisfiable: string): Spread => ({
    maxSkew: 1,
    topologyKey,
    whenUnsatisfiable,
    labelSelector: { matchLabels: selectorOf(name) },
  });
  return [over("topology.kubernetes.io/zone", zone), over("kubernetes.io/hostname", host)];
}
