import { decide } from "../../autoscaler/src/core/decide.ts";
import type { Decision, Reading, Snapshot, TargetSpec } from "../../autoscaler/src/core/model.ts";
import type { State } from "../../autoscaler/src/core/state.ts";
import type { Policy, View } from "../model.ts";

/** Metric → its reading at a tick. */
export type Reader = (view: View) => Readonly<Record<string, Reading>>;

/** What a caller may want to know of each decision. */
export type Listener = (snapshot: Snapshot, decision: Decision, state: State) => void;

/** Drives the shipped decision: what it would read from Kubernetes and the sources comes from the simulation. */
export function corePolicy(spec: TargetSpec, periodSeconds: number, read: Reader, listen?: Listener): Policy {
  let state: State | null = null;
  return {
    periodSeconds,
    decide(view) {
      const { now, replicas: currentReplicas, readyReplicas } = view;
      const snapshot = { now, currentReplicas, readyReplicas, readings: read(view) };
      const { decision, nextState } = decide(spec, state, snapshot);
      state = nextState;
      listen?.(snapshot, decision, nextState);
      return decision.desiredReplicas;
    },
  };
}

/** The depth and rates of the queue as the autoscaler's own RabbitMQ source tells them. */
export function readQueue({ now, statistics, readyNow }: View): Reading {
  if (statistics === undefined) return { error: "the broker has no statistics yet" };
  const { unacknowledged, publishRate, deliverRate, ackRate } = statistics;
  // The higher one, as in the source: messages just delivered have left the one and not yet reached the other.
  const ready = Math.max(readyNow, statistics.ready);
  // Subscriptions are asked for by the stuck-consumer verdict alone; those of a simulation never are.
  const queue = { ready, unacknowledged, publishRate, deliverRate, ackRate };
  // Dated by the poll, as there: how old the statistics were then is not told.
  return { value: ready + unacknowledged, observedAt: now, queue };
}
