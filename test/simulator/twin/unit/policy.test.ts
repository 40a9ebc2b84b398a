import assert from "node:assert/strict";
import type { Snapshot } from "../../../../autoscaler/src/core/model.ts";
import type { ConfiguredTarget } from "../../../../simulator/policies/configured.ts";
import {
  changedDecisions,
  parseDecisions,
  twinPolicy,
  type LoggedDecision,
} from "../../../../simulator/twin/policy.ts";
import { scenarioOf, statisticsOf, viewOf, workload } from "../../policies/builders.ts";
import { target } from "../builders.ts";

const begun = 1_000_000;

const logged = (at: number, readings: Snapshot["readings"]): LoggedDecision => ({
  target: "worker",
  input: { now: begun + at, currentReplicas: 5, readyReplicas: 5, readings },
  // A twin decides again; what was decided then is not looked at.
  decision: {} as LoggedDecision["decision"],
});

const queue = (at: number, value: number): Snapshot["readings"] => ({ queue: { value, observedAt: begun + at } });

describe("the policy of a twin", () => {
  const { scaleDown, ...behavior } = target.spec.behavior;
  const slow: ConfiguredTarget = {
    ...target,
    spec: { ...target.spec, behavior: { ...behavior, scaleDown: { ...scaleDown, stabilizationWindowSeconds: 60 } } },
  };
  const decideAt = (now: number, log: readonly LoggedDecision[], of = slow): number =>
    twinPolicy(of, log, begun)
      .create(scenarioOf(), workload)
      .decide(viewOf({ now, replicas: 5, statistics: statisticsOf({ observedAt: now }) }));

  it("remembers what was asked for before the run began", () => {
    const before = [logged(-20, queue(-20, 100))];
    assert.equal(decideAt(10, before), 5);
    // The window of 60 s is over.
    assert.equal(decideAt(50, before), 2);
    // Its first sight of the count is in the window too, and for one without a past that is now.
    assert.equal(decideAt(10, [logged(-100, queue(-100, 0))]), 2);
    assert.equal(decideAt(10, [logged(20, queue(20, 0))]), 5);
  });

  it("reads what is not simulated as it was in the run", () => {
    const { metrics } = target.spec;
    const onCpu: ConfiguredTarget = {
      ...target,
      origins: { ...target.origins, cpu: { kind: "cpu" } },
      spec: {
        ...target.spec,
        metrics: { ...metrics, cpu: { scope: "utilization", maxAgeSeconds: 30 } },
        rules: [
          ...target.spec.rules,
          { kind: "perReplica", name: "load", metric: "cpu", target: 50, tolerance: { up: 0, down: 0 } },
        ],
      },
    };
    const cpu = (at: number, value: number) => logged(at, { cpu: { value, observedAt: begun + at - 5 } });
    const log = [cpu(0, 50), cpu(10, 80), cpu(20, 10)];
    const policy = twinPolicy(onCpu, log, begun).create(scenarioOf(), workload);
    const counts: number[] = [];
    for (const now of [5, 12, 200])
      counts.push(
        policy.decide(viewOf({ now, replicas: counts.at(-1) ?? 5, statistics: statisticsOf({ observedAt: now }) })),
      );
    assert.deepEqual(counts, [5, 8, 2]);
  });
});

describe("changedDecisions", () => {
  it("counts those that come to another count now", () => {
    const decided = (at: number, messages: number, desiredReplicas: number): LoggedDecision => ({
      ...logged(at, queue(at, messages)),
      decision: { desiredReplicas } as LoggedDecision["decision"],
    });
    assert.equal(changedDecisions(target, [decided(0, 100, 5), decided(2, 100, 4), decided(4, 100, 5)]), 1);
    assert.equal(changedDecisions(target, []), 0);
  });
});

describe("parseDecisions", () => {
  it("leaves out other targets, notes and half a line", () => {
    const line = logged(1, queue(1, 3));
    const lines = [line, { ...line, target: "other" }, { target: "worker", note: "began" }, line];
    const text = `${lines.map((each) => JSON.stringify(each)).join("\n")}\n{"target":"wor`;
    assert.deepEqual(parseDecisions(text, "worker"), [line, line]);
  });
});
