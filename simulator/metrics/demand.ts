import type { Curve, Scenario, Workload } from "../model.ts";
import { serversFor } from "./erlang.ts";

export interface DemandOptions {
  /** The intensity is taken as constant for about this long: whole intervals fill the workload. Default: 60. */
  readonly intervalSeconds?: number;
  /** At most this share of the jobs may wait longer than allowed. Default: 1 %. */
  readonly lateShare?: number;
}

/**
 * The fewest ready replicas that keep the wait within its bound at the intensity of the time, had it always been so: the demand
 * that elasticity metrics compare a supply with. By Erlang's C with exponential service times: a little more than steadier ones
 * need. 0 without arrivals, and after the workload's end.
 *
 * @throws RangeError for options out of their bounds.
 */
export function demandCurve(
  workload: Workload,
  scenario: Pick<Scenario, "maxWaitSeconds" | "slotsPerReplica">,
  { intervalSeconds = 60, lateShare = 0.01 }: DemandOptions = {},
): Curve {
  checkOptions(intervalSeconds, lateShare);
  const { seconds, meanServiceSeconds } = workload;
  const count = Math.max(1, Math.round(seconds / intervalSeconds));
  const replicas = countsOf(workload, count).map((jobs) => {
    const arrivalRate = jobs / (seconds / count);
    const { maxWaitSeconds } = scenario;
    const servers = serversFor({ arrivalRate, meanServiceSeconds, maxWaitSeconds }, lateShare);
    return Math.ceil(servers / scenario.slotsPerReplica);
  });
  const steps = [...replicas, 0].map((value, i) => ({ at: (i * seconds) / count, value }));
  const changes = steps.filter(({ value }, i) => value !== steps[i - 1]?.value);
  return { times: changes.map(({ at }) => at), values: changes.map(({ value }) => value) };
}

function countsOf({ arrivals, seconds }: Workload, count: number): readonly number[] {
  const counts = Array<number>(count).fill(0);
  for (const at of arrivals) {
    const interval = Math.min(count - 1, Math.floor((at / seconds) * count));
    counts[interval] = (counts[interval] as number) + 1;
  }
  return counts;
}

function checkOptions(intervalSeconds: number, lateShare: number): void {
  const problems: string[] = [];
  if (!(intervalSeconds > 0)) problems.push(`intervalSeconds must be > 0, is ${intervalSeconds}`);
  if (!(lateShare > 0 && lateShare < 1)) problems.push(`lateShare must be in (0, 1), is ${lateShare}`);
  if (problems.length > 0) throw new RangeError(`No demand: ${problems.join("; ")}`);
}
