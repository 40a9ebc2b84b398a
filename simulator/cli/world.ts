import type { TargetSpec } from "../../autoscaler/src/core/model.ts";
import type { Scenario, Workload } from "../model.ts";
import { readinessDelay } from "../table/cell.ts";
import { UserError } from "../userError.ts";

/** What the command line says of the world; absent: as the configuration says. */
export interface WorldOptions {
  /** Mean seconds from the order of a replica to Ready. */
  readonly readiness?: number;
  /** The longest wait of a job that is not late, in seconds. */
  readonly wait?: number;
  /** Jobs that a replica does at the same time. */
  readonly slots?: number;
}

/** Until a configuration or the command line says otherwise. */
const usualReadinessSeconds = 30;
/** The first stretch of the arrivals, whose load is there already when a run begins. */
const firstSeconds = 300;

/** The world of a target. Throws a UserError when nobody says how long a job may wait. */
export function worldOf(spec: TargetSpec, workload: Workload, options: WorldOptions): Scenario {
  const drain = spec.rules.find((rule) => rule.kind === "drain");
  const maxWaitSeconds = options.wait ?? drain?.maxWaitSeconds;
  if (maxWaitSeconds === undefined)
    throw new UserError(`${spec.name} has no drain rule to say how long a job may wait: --wait is required`);
  const mean = options.readiness ?? drain?.readinessDelaySeconds ?? usualReadinessSeconds;
  const slotsPerReplica = options.slots ?? 1;
  const { minReplicas, maxReplicas } = spec;
  const within = (count: number): number => Math.max(minReplicas, Math.min(maxReplicas, count));
  return {
    ...{ maxWaitSeconds, minReplicas, maxReplicas, slotsPerReplica },
    ...{ readinessDelay: readinessDelay(mean), readinessDelaySeconds: mean },
    initialReplicas: within(Math.ceil(firstLoad(workload) / slotsPerReplica)),
    // RabbitMQ's interval; the lag and the jitter of a process that polls it.
    ...{ statisticsSeconds: 5, metricLagSeconds: 1, tickJitter: 0.05 },
    scaleIn: { kind: "drain", graceSeconds: 30 },
  };
}

/** Slots that the first jobs keep busy. */
function firstLoad({ arrivals, services, seconds }: Workload): number {
  const span = Math.min(firstSeconds, seconds);
  return services.reduce((sum, service, job) => sum + ((arrivals[job] ?? span) < span ? service : 0), 0) / span;
}
