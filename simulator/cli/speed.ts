import { availableParallelism, cpus } from "node:os";
import { simulate } from "../engine/simulate.ts";
import type { PolicyKind, Scenario, Workload } from "../model.ts";
import { drainPolicy } from "../policies/drain.ts";
import { staticReplicas } from "../policies/staticPeak.ts";
import { aligned } from "../table/format.ts";
import { poisson } from "../workloads/generators.ts";
import { serviceTimes } from "../workloads/workload.ts";

/** What the command line says. */
export interface SpeedOptions {
  /** Jobs of each run. */
  readonly jobs: number;
}

const replicas = 20;
const load = 0.8;
const repeats = 5;

/** Prints how many jobs a second the simulation does on this machine; `now` tells seconds. */
export function speed({ jobs }: SpeedOptions, print: (text: string) => void, now: () => number): void {
  const workload = steady(jobs);
  const rows = [
    { what: "engine alone, constant count", policy: staticReplicas(replicas) },
    { what: "with this autoscaler's drain rule", policy: drainPolicy() },
  ].map(({ what, policy }) => {
    const seconds = medianSeconds(workload, policy, now);
    return [what, Math.round(jobs / seconds).toLocaleString("en"), (workload.seconds / seconds).toFixed(0)];
  });
  print(
    `${availableParallelism()} CPUs, ${cpus()[0]?.model ?? "of unknown kind"}, Node ${process.version}, one thread`,
  );
  print(`${jobs.toLocaleString("en")} jobs of 1 s for ${replicas} replicas, median of ${repeats} runs\n`);
  print(aligned([["", "jobs a second", "times real time"], ...rows]));
}

function steady(jobs: number): Workload {
  const seconds = jobs / (replicas * load);
  const arrivals = poisson({ rate: replicas * load, seconds }, 1);
  const services = serviceTimes({ kind: "exponential", mean: 1 }, { name: "", points: [] }, arrivals.length, 1);
  return { name: "steady", seconds, arrivals, ...services };
}

const scenario: Scenario = {
  ...{ maxWaitSeconds: 60, readinessDelay: { kind: "constant", mean: 30 }, readinessDelaySeconds: 30 },
  ...{ minReplicas: 1, maxReplicas: 100, initialReplicas: replicas, slotsPerReplica: 1 },
  ...{ statisticsSeconds: 5, metricLagSeconds: 1, tickJitter: 0.05 },
  scaleIn: { kind: "drain", graceSeconds: 30 },
};

function medianSeconds(workload: Workload, policy: PolicyKind, now: () => number): number {
  const once = (): number => {
    const begun = now();
    simulate(workload, scenario, policy, 1);
    return now() - begun;
  };
  // Not compiled yet.
  once();
  const all = Array.from({ length: repeats }, once).sort((one, other) => one - other);
  return all[Math.floor(repeats / 2)] ?? NaN;
}
