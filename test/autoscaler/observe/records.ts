import type { Decision, TargetSpec } from "../../../autoscaler/src/core/model.ts";
import type { TickRecord } from "../../../autoscaler/src/ports/telemetry.ts";

export const spec: TargetSpec = {
  name: "worker",
  mode: "scale",
  foreignWriteHoldSeconds: 60,
  minReplicas: 1,
  maxReplicas: 10,
  metrics: { queueDepth: { scope: "total", maxAgeSeconds: 30 } },
  rules: [
    { kind: "perReplica", name: "backlog", metric: "queueDepth", target: 100, tolerance: { up: 0.1, down: 0.1 } },
  ],
  behavior: {
    scaleUp: { stabilizationWindowSeconds: 0, selectPolicy: "Max", policies: [] },
    scaleDown: { stabilizationWindowSeconds: 300, selectPolicy: "Max", policies: [] },
  },
};

const measurement = { value: 800, observedAt: 998 };

/** A tick at 1000 s that raises 4 to 8; tests name what differs. */
export function tickRecord(differs: Partial<TickRecord> = {}, decision: Partial<Decision> = {}): TickRecord {
  return {
    target: "worker",
    snapshot: { now: 1000, currentReplicas: 4, readyReplicas: 3, readings: { queueDepth: measurement } },
    decision: {
      currentReplicas: 4,
      readyReplicas: 3,
      recommendedReplicas: 8,
      stabilisedReplicas: 8,
      desiredReplicas: 8,
      direction: "up",
      proposals: [{ rule: "backlog", replicas: 8, reason: "AboveTarget", detail: "800 at 100 per replica" }],
      reasons: ["AboveTarget"],
      limitedBy: null,
      holds: [],
      bounds: { minReplicas: 1, maxReplicas: 10 },
      signals: { queueDepth: { kind: "fresh", measurement } },
      timers: [],
      ...decision,
    },
    outcome: "patched",
    durationSeconds: 0.02,
    ...differs,
  };
}

/** The same, with a queue that could not be read and a count that holds. */
export function blindRecord(): TickRecord {
  return tickRecord(
    {
      outcome: "unchanged",
      snapshot: { now: 1002, currentReplicas: 4, readyReplicas: 3, readings: { queueDepth: { error: "HTTP 503" } } },
    },
    {
      desiredReplicas: 4,
      direction: "none",
      recommendedReplicas: null,
      proposals: [{ rule: "backlog", replicas: null, reason: "MetricUnknown", detail: "HTTP 503" }],
      reasons: ["SignalNotFresh"],
      limitedBy: "SignalNotFresh",
      signals: { queueDepth: { kind: "missing", cause: "HTTP 503" } },
    },
  );
}
