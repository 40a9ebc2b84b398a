import assert from "node:assert/strict";
import { notReplaced, otherRestarts, type PodState } from "../../../../local/faults/restarts.ts";

const pod = (name: string, more: Partial<PodState> = {}): PodState => ({
  ...{ name, uid: `${name}-1`, workload: "redis", address: "10.0.0.1", ready: true, restarts: 0 },
  ...more,
});

describe("pods before and after", () => {
  const before = [pod("a"), pod("b", { restarts: 2 })];
  const cases: [string, PodState[], string[], string[]][] = [
    ["nothing changed", before, [], []],
    ["a container started again", [pod("a", { restarts: 1 }), pod("b", { restarts: 2 })], [], ["a restarted 1 times"]],
    ["the one that was touched", [pod("a", { restarts: 1 }), pod("b", { restarts: 2 })], ["a"], []],
    ["one was replaced", [pod("a", { uid: "new" }), pod("b", { restarts: 2 })], [], ["a was replaced"]],
    ["one of a Deployment is gone", [pod("a")], [], []],
  ];
  for (const [name, after, touched, expected] of cases)
    it(name, () => {
      assert.deepEqual(otherRestarts(before, after, touched), expected);
    });

  const replacements: [string, PodState[], string[]][] = [
    ["the old one is still there", [pod("a")], ["a has not gone yet"]],
    ["none is there", [], ["a is not there"]],
    ["the new one is not Ready", [pod("a", { uid: "new", ready: false })], ["a is not Ready"]],
    ["the new one is Ready", [pod("a", { uid: "new" })], []],
  ];
  for (const [name, now, expected] of replacements)
    it(`replaced: ${name}`, () => {
      assert.deepEqual(notReplaced([pod("a")], now), expected);
    });
});
