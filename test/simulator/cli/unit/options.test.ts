import assert from "node:assert/strict";
import { numberFrom } from "../../../../simulator/cli/numbers.ts";
import { createProgress } from "../../../../simulator/cli/progress.ts";
import { worldOf } from "../../../../simulator/cli/world.ts";
import type { Rule, TargetSpec } from "../../../../autoscaler/src/core/model.ts";
import type { Workload } from "../../../../simulator/model.ts";

describe("a number of the command line", () => {
  const read = numberFrom(1, 30, "whole");
  for (const text of ["1", "30", " 7 "])
    it(`may be ${JSON.stringify(text)}`, () => {
      assert.equal(read(text), Number(text));
    });
  for (const text of ["", "0", "31", "1.5", "x", "NaN"])
    it(`may not be ${JSON.stringify(text)}`, () => {
      assert.throws(() => read(text), { message: `must be a whole number from 1 to 30, not ${JSON.stringify(text)}.` });
    });
});

describe("the world of a target", () => {
  const drain = { kind: "drain", name: "wait", metric: "queue", maxWaitSeconds: 40, readinessDelaySeconds: 25 };
  const specOf = (...rules: object[]): TargetSpec =>
    ({ name: "worker", minReplicas: 2, maxReplicas: 9, rules: rules as Rule[] }) as unknown as TargetSpec;
  /** Ten jobs a second of 1 s at the beginning, then none. */
  const workload: Workload = {
    ...{ name: "mine", seconds: 3600, meanServiceSeconds: 1 },
    arrivals: Float64Array.from({ length: 1200 }, (_, job) => job / 10),
    services: new Float64Array(1200).fill(1),
  };

  it("is as the drain rule says", () => {
    const { maxWaitSeconds, readinessDelay, readinessDelaySeconds } = worldOf(specOf(drain), workload, {});
    assert.deepEqual([maxWaitSeconds, readinessDelay.mean, readinessDelaySeconds], [40, 25, 25]);
  });

  it("is as the command line says where it does", () => {
    const world = worldOf(specOf(drain), workload, { wait: 7, readiness: 3, slots: 4 });
    assert.deepEqual([world.maxWaitSeconds, world.readinessDelay.mean, world.slotsPerReplica], [7, 3, 4]);
  });

  for (const { slots, expected } of [
    { slots: 1, expected: 4 },
    { slots: 2, expected: 2 },
    { slots: 100, expected: 2 },
  ])
    it(`begins with the replicas of its first five minutes: ${expected} with ${slots} slots each`, () => {
      assert.equal(worldOf(specOf(drain), workload, { slots }).initialReplicas, expected);
    });

  it("needs to be told a longest wait", () => {
    assert.throws(() => worldOf(specOf(), workload, {}), {
      name: "UserError",
      message: "worker has no drain rule to say how long a job may wait: --wait is required",
    });
  });
});

describe("progress without a terminal", () => {
  it("is a line now and then, and one at the end", () => {
    const lines: string[] = [];
    let now = 0;
    const output = { isTTY: false, write: (text: string) => lines.push(text) } as unknown as NodeJS.WriteStream;
    const progress = createProgress(output, "cells", () => now);
    for (const [at, ended] of [
      [1, 1],
      [20, 2],
      [21, 3],
      [22, 4],
    ] as const) {
      now = at;
      progress.show(ended, 4);
    }
    progress.end();
    assert.deepEqual(lines, ["2 of 4 cells, 20 s\n", "4 of 4 cells, 22 s\n"]);
  });
});
