import type { TargetSpec } from "../../autoscaler/src/core/model.ts";
import type { Distribution, Scenario, Workload } from "../model.ts";
import type { ConfiguredTarget } from "../policies/configured.ts";
import type { DemoJob, DemoReport } from "./demoReport.ts";

/** What of a run is simulated. */
export interface World {
  readonly workload: Workload;
  readonly scenario: Scenario;
  /** The job behind each arrival of the workload. */
  readonly jobs: readonly DemoJob[];
}

/** What the command line says instead of the report. */
export interface WorldOptions {
  /** Mean seconds from the order of a replica to Ready. */
  readonly readiness?: number;
  /** Jobs that a replica does at the same time. */
  readonly slots?: number;
}

/** Kubernetes' own, when nobody tells another. */
const usualGraceSeconds = 30;
/** The source asks for the statistics at each tick; the answer takes a moment. */
const answerSeconds = 0.3;

/** The run's own arrivals, work and pods. It lasts as long as the run was watched. */
export function worldOf(report: DemoReport, { spec }: ConfiguredTarget, options: WorldOptions): World {
  return { ...workOf(report), scenario: scenarioOf(report, spec, options) };
}

function workOf({ record, options, timeline }: DemoReport): Omit<World, "scenario"> {
  const published = record.jobs
    .flatMap((job) => {
      const at = publishedAt(job);
      return at === null ? [] : [{ job, at: Math.max(0, at) }];
    })
    .sort((one, other) => one.at - other.at);
  const overhead = median(record.jobs.flatMap(overheadOf)) ?? 0;
  const services = Float64Array.from(published, ({ job }) => job.workSeconds + overhead);
  const last = published.at(-1)?.at ?? 0;
  const end = timeline.at(-1)?.at ?? last;
  return {
    jobs: published.map(({ job }) => job),
    workload: {
      name: options.trace,
      // The engine goes on for the longest wait after it; arrivals lie before its end.
      seconds: Math.max(end - options.maxWaitSeconds, last + 1e-3),
      arrivals: Float64Array.from(published, ({ at }) => at),
      services,
      meanServiceSeconds: services.reduce((sum, service) => sum + service, 0) / services.length,
    },
  };
}

function scenarioOf(report: DemoReport, spec: TargetSpec, options: WorldOptions): Scenario {
  const { slots, graceSeconds } = report.record.workers;
  const { minReplicas, maxReplicas } = spec;
  const drain = spec.rules.find((rule) => rule.kind === "drain");
  const readinessDelay = readinessOf(report, options, drain?.readinessDelaySeconds ?? 0);
  return {
    ...{ minReplicas, maxReplicas, maxWaitSeconds: report.options.maxWaitSeconds },
    ...{ readinessDelay, readinessDelaySeconds: readinessDelay.mean },
    initialReplicas: report.timeline[0]?.readyReplicas ?? minReplicas,
    slotsPerReplica: options.slots ?? slots ?? 1,
    // RabbitMQ's interval, and the jitter of a process that shares its machine.
    ...{ statisticsSeconds: 5, metricLagSeconds: answerSeconds, tickJitter: 0.05 },
    scaleIn: { kind: "drain", graceSeconds: graceSeconds ?? usualGraceSeconds },
  };
}

/** A gateway that answers late has published before: a job that was begun is in the queue already. */
function publishedAt({ acceptedAt, startedAt }: DemoJob): number | null {
  if (acceptedAt === null || startedAt === null) return acceptedAt ?? startedAt;
  return Math.min(acceptedAt, startedAt);
}

/** What a worker does around the work. */
const overheadOf = ({ startedAt, finishedAt, workSeconds }: DemoJob): number[] =>
  startedAt === null || finishedAt === null ? [] : [Math.max(0, finishedAt - startedAt - workSeconds)];

function readinessOf({ record, options }: DemoReport, { readiness }: WorldOptions, configured: number): Distribution {
  const measured = record.workers.readinessSeconds;
  const known = readiness ?? (measured.length === 0 ? (options.readinessDelaySeconds ?? configured) : undefined);
  if (known !== undefined) return { kind: "constant", mean: known };
  const mean = measured.reduce((sum, value) => sum + value, 0) / measured.length;
  const variance = measured.reduce((sum, value) => sum + (value - mean) ** 2, 0) / measured.length;
  return { kind: "lognormal", mean, cv: mean === 0 ? 0 : Math.sqrt(variance) / mean };
}

/** Unlike a mean it does not mind the few that were given out twice. */
function median(values: number[]): number | undefined {
  return values.sort((one, other) => one - other)[Math.floor(values.length / 2)];
}
