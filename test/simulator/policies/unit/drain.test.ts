import assert from "node:assert/strict";
import { simulate } from "../../../../simulator/engine/simulate.ts";
import { ablations, drainPolicy } from "../../../../simulator/policies/drain.ts";
import { poisson } from "../../../../simulator/workloads/generators.ts";
import { serviceTimes } from "../../../../simulator/workloads/workload.ts";
import { scenarioOf } from "../builders.ts";

const seconds = 3600;
const arrivals = poisson({ rate: 4, seconds }, 1);
const services = serviceTimes({ kind: "constant", mean: 2 }, { name: "", points: [] }, arrivals.length, 1);
const workload = { name: "steady", seconds, arrivals, ...services };

describe("the drain rule's ablations", () => {
  it("have names of their own", () => {
    const names = ablations.map(({ name }) => name);
    assert.deepEqual(names, [...new Set(names)]);
    assert.ok(names.includes("rate twice too high"));
  });

  it("are told a rate that is twice too high, which what is learned overrules", () => {
    const scenario = scenarioOf({ initialReplicas: 1, maxWaitSeconds: 20 });
    const wrong = ablations.find(({ name }) => name === "rate twice too high")!.policy;
    const [ours, misled] = [drainPolicy(), wrong].map((policy) => simulate(workload, scenario, policy, 1));
    assert.notEqual(misled!.podSeconds, ours!.podSeconds);
    // Half of the replicas would be late with half of the jobs, and more from hour to hour.
    assert.ok(misled!.late / misled!.jobs < 0.05, `${misled!.late} of ${misled!.jobs}`);
  });
});
