import type { Scenario, Workload } from "../model.ts";
import type { OptimumOptions } from "../optimum/optimum.ts";

/** The optimum of the same jobs in the same world; its replicas are as fast as the work that was drawn. */
export function optimumOptions({ arrivals, services, seconds }: Workload, scenario: Scenario): OptimumOptions {
  const { maxWaitSeconds, minReplicas, maxReplicas, initialReplicas, slotsPerReplica } = scenario;
  const meanServiceSeconds = services.reduce((sum, service) => sum + service, 0) / services.length;
  return {
    ...{ arrivals, seconds, maxWaitSeconds, minReplicas, maxReplicas, initialReplicas, meanServiceSeconds },
    serviceRate: slotsPerReplica / meanServiceSeconds,
    readinessSeconds: scenario.readinessDelay.mean,
  };
}
