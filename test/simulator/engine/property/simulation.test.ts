import assert from "node:assert/strict";
import fc from "fast-check";
import { prepare, simulate, tell } from "../../../../simulator/engine/simulate.ts";
import { Simulation } from "../../../../simulator/engine/simulation.ts";
import type { Run } from "../../../../simulator/model.ts";
import { scenarioOf, scripted, workloadOf } from "../builders.ts";
import { ReferenceWorld, type Script } from "../reference.ts";

const most = 6;

/** Numbers up to `max` of which no sum meets another one: what happens at the same moment has no right order. */
const times = (max: number, bounds: { readonly min: number; readonly most: number }): fc.Arbitrary<number[]> =>
  fc
    .array(fc.integer({ min: 1, max: 2 ** 24 }), { minLength: bounds.min, maxLength: bounds.most })
    .map((all) => all.map((value, index) => (value / 2 ** 24) * max + Math.SQRT2 * 1e-6 * Math.sqrt(index + max)));

const script: fc.Arbitrary<Script> = fc
  .record({
    arrivals: times(100, { min: 0, most: 60 }),
    services: times(15, { min: 60, most: 60 }),
    delays: times(20, { min: 1, most: 5 }),
    counts: fc.array(fc.nat(most), { maxLength: 25 }),
    tickSeconds: fc.double({ min: 1, max: 20, noNaN: true }),
    initialReplicas: fc.nat(3),
    slotsPerReplica: fc.integer({ min: 1, max: 3 }),
    maxWaitSeconds: fc.constantFrom(1, 20, 300),
    scaleIn: fc.oneof(
      fc.constant({ kind: "kill" as const }),
      fc.constantFrom(0.5, 5, 60).map((graceSeconds) => ({ kind: "drain" as const, graceSeconds })),
    ),
  })
  .map(({ arrivals, services, delays, counts, tickSeconds, ...scenario }) => ({
    workload: workloadOf(
      arrivals.toSorted((one, other) => one - other),
      services.slice(0, arrivals.length),
      101,
    ),
    scenario: scenarioOf({ ...scenario, maxReplicas: most }),
    ...{ delays, counts, tickSeconds },
  }));

/** The engine without chance, as the reference is. */
function simulationOf({ workload, scenario, tickSeconds, counts, delays }: Script): Simulation {
  let starts = 0;
  const policy = scripted(tickSeconds, counts).create(scenario, workload);
  const readinessDelay = (): number => delays[starts++ % delays.length] ?? 0;
  return new Simulation(workload, scenario, policy, { random: () => 0.5, readinessDelay });
}

function play(given: Script): { readonly run: Run; readonly simulation: Simulation } {
  const simulation = simulationOf(given);
  while (simulation.step());
  return { simulation, run: tell(simulation, given.workload, given.scenario) };
}

function assertNear(actual: number, expected: number, what: string): void {
  assert.ok(
    Math.abs(actual - expected) <= 1e-7 * Math.max(1, Math.abs(expected)),
    `${what}: ${actual}, not ${expected}`,
  );
}

describe("the simulation, for any jobs, counts and ways to end a replica", function () {
  this.timeout(30_000);
  const thorough = { numRuns: 1000 };

  it("comes to what a plain account of the same world comes to", () => {
    fc.assert(
      fc.property(script, (given) => {
        const { run, simulation } = play(given);
        const { recorder } = simulation;
        const expected = new ReferenceWorld(given).run();
        for (const key of ["starts", "moves", "redelivered"] as const) assert.equal(run[key], expected[key], key);
        assertNear(run.podSeconds, expected.podSeconds, "podSeconds");
        assertNear(recorder.utilizationSeconds, expected.utilizationSeconds, "utilizationSeconds");
        // Little's law without means: what waits and is worked on at each time, summed up, is the jobs' time in the system.
        assertNear(recorder.concurrencySeconds, expected.jobSeconds, "concurrencySeconds");
        for (const [job, wait] of expected.waits.entries()) assertNear(run.waits[job]!, wait, `wait of job ${job}`);
        assert.equal(run.late, expected.waits.filter((wait) => wait > given.scenario.maxWaitSeconds).length);
      }),
      thorough,
    );
  });

  it("has each job in one place at every event: waiting, under way or done", () => {
    fc.assert(
      fc.property(script, (given) => {
        const simulation = simulationOf(given);
        let done = 0;
        do {
          const { arrived, waiting, underWay } = simulation;
          assert.equal(arrived, waiting + underWay + simulation.done);
          assert.ok(waiting >= 0 && underWay >= 0 && simulation.done >= done);
          done = simulation.done;
        } while (simulation.step());
        assert.ok(done <= given.workload.arrivals.length);
      }),
      thorough,
    );
  });

  it("does all jobs where somebody is left to do them, each one once", () => {
    fc.assert(
      fc.property(script, (given) => {
        const scenario = scenarioOf({ ...given.scenario, minReplicas: 1, maxWaitSeconds: 3000 });
        const counts = [...given.counts.map((count) => Math.max(1, count)), 1];
        const { simulation, run } = play({ ...given, scenario, counts });
        assert.equal(simulation.done, run.jobs);
        // Without redeliveries all that is worked on is the jobs' own work.
        const inSystem = run.waits.reduce((sum, wait, job) => sum + wait + given.workload.services[job]!, 0);
        assertNear(simulation.recorder.concurrencySeconds, inSystem, "concurrencySeconds");
      }),
    );
  });

  it("costs what is asked for and no more where replicas are ended at once", () => {
    fc.assert(
      fc.property(script, (given) => {
        const { run } = play({ ...given, scenario: { ...given.scenario, scaleIn: { kind: "kill" } } });
        const { times: from, values } = run.requested;
        const asked = values.reduce((sum, value, i) => sum + value * ((from[i + 1] ?? run.seconds) - from[i]!), 0);
        assertNear(run.podSeconds, asked, "podSeconds");
        assert.equal(run.moves, values.length - 1);
      }),
    );
  });

  it("starts jobs in the order of their arrival unless they are given back", () => {
    fc.assert(
      fc.property(script, (given) => {
        const { run } = play(given);
        fc.pre(run.redelivered === 0);
        const begins = run.waits.map((wait, job) => given.workload.arrivals[job]! + wait);
        // Rounded: two that begin at the same moment have been computed from different arrivals.
        for (let job = 1; job < begins.length; job++) assert.ok(begins[job]! >= begins[job - 1]! - 1e-9);
      }),
    );
  });

  it("is the same for the same seed, with delays, jitter and phases drawn from it", () => {
    fc.assert(
      fc.property(script, fc.nat(1000), ({ workload, scenario, tickSeconds, counts }, seed) => {
        const chancy = {
          ...{ ...scenario, tickJitter: 0.3, metricLagSeconds: 1 },
          readinessDelay: { kind: "lognormal", mean: 8, cv: 0.5 } as const,
        };
        const policy = scripted(tickSeconds, counts);
        const run = simulate(workload, chancy, policy, seed);
        assert.deepEqual(simulate(workload, chancy, policy, seed), run);
        const stepped = prepare(workload, chancy, policy, seed);
        while (stepped.step());
        assert.deepEqual(tell(stepped, workload, chancy), run);
      }),
    );
  });

  it("never lets anybody wait longer where constant replicas are more", () => {
    fc.assert(
      fc.property(script, (given) => {
        const { scenario } = given;
        const few = { ...given, counts: [], scenario: { ...scenario, initialReplicas: scenario.initialReplicas + 1 } };
        const many = { ...few, scenario: { ...few.scenario, initialReplicas: few.scenario.initialReplicas + 1 } };
        const [slow, fast] = [play(few).run, play(many).run];
        for (const [job, wait] of slow.waits.entries()) assert.ok(fast.waits[job]! <= wait + 1e-9);
      }),
    );
  });
});
