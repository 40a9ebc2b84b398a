import assert from "node:assert/strict";
import { floorsOf, type FloorInput } from "../../../../../autoscaler/src/core/rules/drainFloors.ts";

/** Starts of 10 s, so that arrivals have to be known for 20 s; they are. */
const input: FloorInput = {
  rule: { readinessDelaySeconds: 10, scaleInWhileBusy: false },
  now: 1000,
  currentReplicas: 8,
  readyReplicas: 6,
  arrivals: [{ at: 980, rate: 1 }],
  unacknowledged: 0,
};

describe("the floors", () => {
  const cases: { name: string; of: Partial<FloorInput>; floors: readonly (readonly [string, number])[] }[] = [
    { name: "are none where nobody is busy", of: {}, floors: [["ReplicasBusy", 0]] },
    { name: "are one replica a message", of: { unacknowledged: 3 }, floors: [["ReplicasBusy", 3]] },
    { name: "are no more than are ready", of: { unacknowledged: 90 }, floors: [["ReplicasBusy", 6]] },
    {
      name: "are no more than there are",
      of: { unacknowledged: 90, currentReplicas: 5 },
      floors: [["ReplicasBusy", 5]],
    },
    {
      name: "are all while nobody knows who is busy",
      of: { unacknowledged: undefined },
      floors: [["MetricUnknown", 8]],
    },
    {
      name: "are all while arrivals are known for a moment",
      of: { arrivals: [{ at: 981, rate: 1 }] },
      floors: [
        ["LearningArrivals", 8],
        ["ReplicasBusy", 0],
      ],
    },
    {
      name: "are all while no arrivals are known",
      of: { arrivals: [] },
      floors: [
        ["LearningArrivals", 8],
        ["ReplicasBusy", 0],
      ],
    },
    {
      name: "let busy ones go that finish what they have",
      of: { rule: { readinessDelaySeconds: 10, scaleInWhileBusy: true }, unacknowledged: 3 },
      floors: [],
    },
    {
      name: "need not know who is busy then",
      of: { rule: { readinessDelaySeconds: 10, scaleInWhileBusy: true }, unacknowledged: undefined },
      floors: [],
    },
  ];
  for (const { name, of, floors } of cases) {
    it(name, () => {
      assert.deepEqual(
        floorsOf({ ...input, ...of }).map(({ reason, replicas }) => [reason, replicas]),
        floors,
      );
    });
  }

  it("say why, also where the clock of the source is ahead", () => {
    const [first] = floorsOf({ ...input, arrivals: [{ at: 1003, rate: 1 }] });
    assert.equal(first?.why, "arrivals are known for 0 s only");
  });
});
