import { decide, type Outcome } from "../../autoscaler/src/core/decide.ts";
import type { Decision, Reading, Snapshot, TargetSpec } from "../../autoscaler/src/core/model.ts";
import type { State } from "../../autoscaler/src/core/state.ts";
import type { PolicyKind } from "../model.ts";
import type { ConfiguredTarget } from "../policies/configured.ts";
import { readerOf, type Origin } from "../policies/configuredReaders.ts";

/** A line of a decision log. */
export interface LoggedDecision {
  readonly target: string;
  readonly input: Snapshot & { readonly state?: State | null };
  readonly decision: Decision;
}

/** The decisions of one target; other lines of a log, and half a line of a killed process, are left out. */
export function parseDecisions(text: string, target: string): readonly LoggedDecision[] {
  return text.split("\n").flatMap((line) => {
    try {
      const entry = JSON.parse(line) as Partial<LoggedDecision>;
      const isDecision = entry.target === target && entry.input !== undefined && entry.decision !== undefined;
      return isDecision ? [entry as LoggedDecision] : [];
    } catch {
      return [];
    }
  });
}

/**
 * The configured target as it was when the run began: with what it had learned by then, on the run's clock. What no simulation
 * has (CPU, memory, queries) reads as it did in the run. `begun`: epoch seconds of the simulation's 0.
 */
export function twinPolicy(target: ConfiguredTarget, log: readonly LoggedDecision[], begun: number): PolicyKind {
  const { spec, origins, periodSeconds } = target;
  const metrics = Object.keys(spec.metrics);
  return {
    ...{ name: "twin", setting: spec.name },
    create: () => {
      const read = readerOf(metrics, origins);
      const recorded = recordedReader(metrics, origins, log);
      let state = stateBefore(spec, log, begun);
      return {
        periodSeconds,
        decide(view) {
          const now = begun + view.now;
          const readings = { ...onClock(read(view), begun), ...recorded(now) };
          const { replicas: currentReplicas, readyReplicas } = view;
          const { decision, nextState } = decide(spec, state, { now, currentReplicas, readyReplicas, readings });
          state = nextState;
          return decision.desiredReplicas;
        },
      };
    },
  };
}

/** Logged counts that come out otherwise now: the run was then one of another program, and its twin is not its twin. */
export function changedDecisions({ spec }: ConfiguredTarget, log: readonly LoggedDecision[]): number {
  const again = redecide(spec, log);
  return log.filter(({ decision }, i) => decision.desiredReplicas !== again[i]?.decision.desiredReplicas).length;
}

const stateBefore = (spec: TargetSpec, log: readonly LoggedDecision[], begun: number): State | null =>
  redecide(
    spec,
    log.filter(({ input }) => input.now < begun),
  ).at(-1)?.nextState ?? null;

function redecide(spec: TargetSpec, log: readonly LoggedDecision[]): Outcome[] {
  let state: State | null = null;
  return log.map(({ input }) => {
    // A log tells it only where it is not what the line before has left.
    const { state: told, ...snapshot } = input;
    const outcome = decide(spec, told === undefined ? state : told, snapshot);
    state = outcome.nextState;
    return outcome;
  });
}

const onClock = (readings: Readonly<Record<string, Reading>>, begun: number): Record<string, Reading> =>
  Object.fromEntries(
    Object.entries(readings).map(([metric, reading]) => [
      metric,
      "error" in reading ? reading : { ...reading, observedAt: reading.observedAt + begun },
    ]),
  );

/** The last readings of the run of what is not simulated, as old as they were then. Asked with growing times. */
function recordedReader(
  metrics: readonly string[],
  origins: Readonly<Record<string, Origin>>,
  log: readonly LoggedDecision[],
): (now: number) => Readonly<Record<string, Reading>> {
  const kept = metrics.filter((metric) => ["cpu", "memory", "prometheus"].includes(origins[metric]?.kind ?? ""));
  let place = 0;
  return (now) => {
    while ((log[place + 1]?.input.now ?? Infinity) <= now) place++;
    const input = log[place]?.input;
    if (input === undefined) return {};
    return Object.fromEntries(
      kept.flatMap((metric) => {
        const reading = input.readings[metric];
        if (reading === undefined) return [];
        return [
          [metric, "error" in reading ? reading : { ...reading, observedAt: reading.observedAt + now - input.now }],
        ];
      }),
    );
  };
}
