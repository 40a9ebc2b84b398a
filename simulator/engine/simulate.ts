import type { PolicyKind, Run, Scenario, Workload } from "../model.ts";
import { sampler } from "../random/distribution.ts";
import { createRandom, seedFor } from "../random/random.ts";
import { Simulation } from "./simulation.ts";

/** One run, the same for the same arguments. `seed` decides readiness delays and phases, not the workload. */
export function simulate(workload: Workload, scenario: Scenario, policy: PolicyKind, seed: number): Run {
  const simulation = prepare(workload, scenario, policy, seed);
  while (simulation.step());
  return tell(simulation, workload, scenario);
}

/** A run that has not begun, for whoever wants to look at each event. */
export function prepare(workload: Workload, scenario: Scenario, policy: PolicyKind, seed: number): Simulation {
  const random = createRandom(seedFor(seed, "phases"));
  const readinessDelay = sampler(scenario.readinessDelay, createRandom(seedFor(seed, "starts")));
  return new Simulation(workload, scenario, policy.create(scenario, workload), { random, readinessDelay });
}

/** What a simulation that is over came to. */
export function tell(simulation: Simulation, { arrivals }: Workload, { maxWaitSeconds }: Scenario): Run {
  const { recorder, seconds } = simulation;
  const { waits, podSeconds, moves, redelivered, supply, requested } = recorder;
  let late = 0;
  for (let job = 0; job < waits.length; job++) {
    const wait = waits[job] as number;
    if (wait <= maxWaitSeconds) continue;
    late++;
    // Never begun: what is known is that it waited until the end.
    if (Number.isNaN(wait)) waits[job] = seconds - (arrivals[job] as number);
  }
  const starts = simulation.starts;
  return { jobs: arrivals.length, late, waits, podSeconds, starts, moves, redelivered, seconds, supply, requested };
}
