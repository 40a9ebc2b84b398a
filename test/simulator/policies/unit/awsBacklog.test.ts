import assert from "node:assert/strict";
import type { View } from "../../../../simulator/model.ts";
import { awsBacklog } from "../../../../simulator/policies/awsBacklog.ts";
import { play, statisticsOf } from "../builders.ts";

// 30 s ÷ 2 s: 15 messages an instance are acceptable.
const queue = (ready: number): Partial<View> => ({ statistics: statisticsOf({ ready }) });
const times = (count: number, value: number): number[] => Array<number>(count).fill(value);

describe("target tracking on the backlog per instance", () => {
  it("scales out in proportion after three datapoints above the target", () => {
    assert.deepEqual(
      play(awsBacklog(), 4, { replicas: 2 }, () => queue(91)),
      [2, 2, 7, 7],
    );
  });

  it("begins to count anew after a datapoint that is not", () => {
    const seen = (now: number) => queue(now === 120 ? 30 : 91);
    assert.deepEqual(play(awsBacklog(), 6, { replicas: 2 }, seen), [2, 2, 2, 2, 2, 7]);
  });

  it("scales in after fifteen datapoints below nine tenths, and then waits for the cooldown", () => {
    const counts = play(awsBacklog({ scaleInShare: 0.25 }), 26, { replicas: 8 }, () => queue(15));
    assert.deepEqual(counts, [...times(14, 8), ...times(5, 6), ...times(5, 5), 4, 4]);
  });

  it("takes away what the ratio allows at once unless told otherwise", () => {
    assert.deepEqual(
      play(awsBacklog(), 16, { replicas: 8 }, () => queue(31)),
      [...times(14, 8), 3, 3],
    );
  });

  it("does not scale in at nine tenths of the target", () => {
    assert.deepEqual(
      play(awsBacklog(), 20, { replicas: 10 }, () => queue(135)),
      times(20, 10),
    );
  });

  it("does not add what still starts a second time", () => {
    const seen = (now: number, replicas: number) => ({ ...queue(91), readyReplicas: now < 300 ? 2 : replicas });
    assert.deepEqual(play(awsBacklog(), 5, { replicas: 2 }, seen), [2, 2, 7, 7, 7]);
  });

  it("does not scale in while instances start", () => {
    const seen = (): Partial<View> => ({ ...queue(1), readyReplicas: 7 });
    assert.deepEqual(play(awsBacklog(), 20, { replicas: 8 }, seen), times(20, 8));
  });

  it("scales out during the cooldown of a scale-in, which ends it", () => {
    const seen = (now: number) => queue(now < 15 * 60 ? 0 : 20);
    // In to 1 at the 15th datapoint, then three above.
    assert.deepEqual(play(awsBacklog(), 18, { replicas: 4 }, seen), [...times(14, 4), 1, 1, 1, 2]);
  });

  it("acts within half a minute on a metric of high resolution", () => {
    const kind = awsBacklog({ periodSeconds: 10 });
    assert.deepEqual(
      play(kind, 3, { replicas: 2 }, () => queue(91)),
      [2, 2, 7],
    );
  });

  it("takes the whole backlog for that of one instance where there is none", () => {
    const seen = (): Partial<View> => ({ ...queue(91), readyReplicas: 0 });
    assert.deepEqual(play(awsBacklog(), 3, { replicas: 1 }, seen), [1, 1, 7]);
  });

  it("keeps the count and the alarms while data are missing", () => {
    const seen = (now: number): Partial<View> => (now === 120 ? { statistics: undefined } : queue(91));
    assert.deepEqual(play(awsBacklog(), 4, { replicas: 2 }, seen), [2, 2, 2, 7]);
  });

  it("tells all that is wrong with its settings at once", () => {
    assert.throws(() => awsBacklog({ latencyShare: 0, datapointsOut: 0 }), {
      message: "AWS backlog: latencyShare must be above 0, not 0; AWS backlog: datapointsOut must be at least 1, not 0",
    });
  });
});
