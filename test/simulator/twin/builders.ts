import { simulate } from "../../../simulator/engine/simulate.ts";
import type { PolicyKind, Run } from "../../../simulator/model.ts";
import type { ConfiguredTarget } from "../../../simulator/policies/configured.ts";
import type { DemoReport, DemoSample } from "../../../simulator/twin/demoReport.ts";
import { worldOf } from "../../../simulator/twin/world.ts";

const unmetered = {
  ...{ stabilizationWindowSeconds: 0, selectPolicy: "Max" as const },
  policies: [{ type: "Pods" as const, value: 100, periodSeconds: 15 }],
};

/** Two to ten replicas for 20 messages each. */
export const target: ConfiguredTarget = {
  periodSeconds: 2,
  origins: { queue: { kind: "rabbitmq", count: "all" } },
  schedules: [],
  spec: {
    ...{ name: "worker", mode: "scale", minReplicas: 2, maxReplicas: 10 },
    metrics: { queue: { scope: "total", maxAgeSeconds: 30 } },
    rules: [{ kind: "perReplica", name: "backlog", metric: "queue", target: 20, tolerance: { up: 0, down: 0 } }],
    behavior: { scaleUp: unmetered, scaleDown: unmetered },
    foreignWriteHoldSeconds: 120,
  },
};

/** Ten jobs a second for half a minute, of one second each, then nothing. */
export function reportOf(more: Partial<DemoReport> = {}): DemoReport {
  const jobs = Array.from({ length: 300 }, (_, job) => {
    const askedAt = job / 10;
    return { askedAt, acceptedAt: askedAt + 0.5, startedAt: askedAt + 1, finishedAt: askedAt + 2.25, workSeconds: 1 };
  });
  return {
    startedAt: "2026-01-01T00:00:00.000Z",
    options: { trace: "even", maxWaitSeconds: 20 },
    pods: { podSeconds: 300 },
    timeline: [
      { at: 0.5, readyReplicas: 2, desiredReplicas: 2 },
      { at: 100, readyReplicas: 2, desiredReplicas: 2 },
    ],
    record: { workers: { slots: 1, graceSeconds: 40, readinessSeconds: [] }, jobs },
    ...more,
  };
}

/** A report of what was simulated, as if it had been real: each second a sample, and jobs that began when they did. */
export function reportOfTwin(report: DemoReport, policy: PolicyKind, seed: number): DemoReport {
  const { workload, scenario, jobs } = worldOf(report, target, {});
  const run = simulate(workload, scenario, policy, seed);
  return {
    ...{ ...report, pods: { podSeconds: run.podSeconds }, timeline: samplesOf(run) },
    record: {
      ...report.record,
      jobs: jobs.map((job, i) => {
        const startedAt = (workload.arrivals[i] ?? 0) + (run.waits[i] ?? 0);
        return { ...job, startedAt, finishedAt: startedAt + (workload.services[i] ?? 0) };
      }),
    },
  };
}

function samplesOf({ supply, requested, seconds }: Run): DemoSample[] {
  const valueAt = ({ times, values }: Run["supply"], at: number): number =>
    values[times.findLastIndex((from) => from <= at)] ?? 0;
  return Array.from({ length: Math.floor(seconds / 0.1) + 1 }, (_, i) => i * 0.1).map((at) => ({
    ...{ at, readyReplicas: valueAt(supply, at), desiredReplicas: valueAt(requested, at) },
  }));
}
