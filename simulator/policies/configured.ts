import type { Rule, TargetSpec } from "../../autoscaler/src/core/model.ts";
import type { PolicyKind } from "../model.ts";
import { memoryPercent, readerOf, type Origin } from "./configuredReaders.ts";
import { UserError } from "../userError.ts";
import { corePolicy } from "./core.ts";

/** A target of a configuration as `autoscaler targets` prints it. */
export interface ConfiguredTarget {
  readonly periodSeconds: number;
  /** Metric → where its value comes from. */
  readonly origins: Readonly<Record<string, Origin>>;
  /** Names of schedules that set other bounds at some times. */
  readonly schedules: readonly string[];
  readonly spec: TargetSpec;
}

/** A configuration as an autoscaler of the simulation. */
export interface Configured {
  readonly policy: PolicyKind;
  /** What of the configuration is simulated otherwise than it runs, or not at all: a sentence each. */
  readonly notes: readonly string[];
}

/**
 * Drives the shipped decision with a user's own target. Throws a UserError when none of its rules can be simulated. Metrics
 * read as follows: of queues the simulated broker's depth and rates; of pods the arrivals per second and ready replica; CPU the
 * share of slots in use, as if a replica with all slots busy used just what it requests; memory a constant. What a Prometheus
 * query measures nobody can know here: it is left out, and with it the rules and marks that need it.
 */
export function configured({ origins, schedules, spec, periodSeconds }: ConfiguredTarget): Configured {
  const unknown = Object.keys(spec.metrics).filter((metric) => origins[metric]?.kind === "prometheus");
  const known = withoutMetrics(spec, new Set(unknown));
  if (known.rules.length === 0)
    throw new UserError(`${spec.name}: no rule can be simulated without ${unknown.join(", ")}, a Prometheus query`);
  return {
    policy: {
      name: "yours",
      setting: spec.name,
      create: () => corePolicy(known, periodSeconds, readerOf(Object.keys(known.metrics), origins)),
    },
    notes: notesOf({ origins, schedules, spec, periodSeconds }, unknown, known),
  };
}

function notesOf({ origins, schedules, spec }: ConfiguredTarget, unknown: string[], known: TargetSpec): string[] {
  const gone = spec.rules.filter(({ name }) => !known.rules.some((rule) => rule.name === name));
  const withKind = (kind: Origin["kind"]): string[] =>
    Object.entries(origins).flatMap(([metric, origin]) => (origin.kind === kind ? [metric] : []));
  const each = (metrics: string[], text: string): string[] =>
    metrics.length === 0 ? [] : [`${metrics.join(", ")}: ${text}`];
  return [
    ...each(unknown, "a Prometheus query, which is not simulated; it is left out."),
    ...each(
      gone.map(({ name }) => name),
      "a rule that needs what is left out, and is left out with it.",
    ),
    ...each(withKind("memory"), `memory is not simulated; it is ${memoryPercent} % of the request at all times.`),
    ...each(withKind("cpu"), "a replica with all slots busy uses 100 % of its CPU request."),
    ...each(withKind("podMetrics"), "counts arrivals per second and ready replica."),
    ...each([...schedules], "a schedule, which is not simulated; the bounds are those outside all schedules."),
    ...(spec.mode === "observe" ? ["mode observe: it is simulated as if it scaled."] : []),
  ];
}

/** The specification as if some metrics had never been in it. */
function withoutMetrics(spec: TargetSpec, unknown: ReadonlySet<string>): TargetSpec {
  const { veto, ...rest } = spec;
  const knownOf = <V>(marks: Readonly<Record<string, V>>): Record<string, V> =>
    Object.fromEntries(Object.entries(marks).filter(([metric]) => !unknown.has(metric)));
  const rules = spec.rules.flatMap((rule): Rule[] => {
    if (rule.kind !== "threshold") return unknown.has(rule.metric) ? [] : [rule];
    const anyAbove = knownOf(rule.scaleUp.anyAbove);
    const allBelow = knownOf(rule.scaleDown.allBelow);
    // Without marks to be below it would go down at any time.
    if (Object.keys(anyAbove).length === 0 || Object.keys(allBelow).length === 0) return [];
    return [{ ...rule, scaleUp: { ...rule.scaleUp, anyAbove }, scaleDown: { ...rule.scaleDown, allBelow } }];
  });
  return {
    ...{ ...rest, rules, metrics: knownOf(spec.metrics) },
    ...(veto === undefined ? {} : { veto: { anyAbove: knownOf(veto.anyAbove) } }),
  };
}
