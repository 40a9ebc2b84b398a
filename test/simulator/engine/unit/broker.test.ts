import assert from "node:assert/strict";
import { BrokerStatistics } from "../../../../simulator/engine/broker.ts";

const depth = { ready: 7, unacknowledged: 2 };

/** Refreshes at 1, 6, 11: every 5 s, seen 2 s later. */
function refreshed(...published: number[]): BrokerStatistics {
  const broker = new BrokerStatistics(5, 2, 1);
  for (const count of published) broker.refresh(depth, { published: count, delivered: count / 2, acked: count / 5 });
  return broker;
}

describe("BrokerStatistics", () => {
  it("refreshes at the phase and then at each interval", () => {
    assert.equal(refreshed().nextRefresh, 1);
    assert.equal(refreshed(0).nextRefresh, 6);
    assert.equal(refreshed(0, 0).nextRefresh, 11);
  });

  const twoRefreshes = refreshed(10, 30);
  for (const { now, observedAt } of [
    { now: 2.9, observedAt: undefined },
    { now: 3, observedAt: 1 },
    { now: 7.9, observedAt: 1 },
    { now: 8, observedAt: 6 },
    { now: 100, observedAt: 6 },
  ])
    it(`shows at ${now} s what was counted at ${String(observedAt)} s`, () => {
      assert.equal(twoRefreshes.seenAt(now)?.observedAt, observedAt);
    });

  it("tells the depth as it was", () => {
    const seen = refreshed(10).seenAt(3);
    assert.deepEqual([seen?.ready, seen?.unacknowledged, seen?.published], [7, 2, 10]);
  });

  it("tells rates over the last two refreshes, and the publishers' over the last one too", () => {
    const seen = refreshed(10, 30, 80).seenAt(13);
    assert.equal(seen?.publishRateOfInterval, 50 / 5);
    assert.equal(seen.publishRate, 70 / 10);
    assert.equal(seen.deliverRate, 35 / 10);
    assert.equal(seen.ackRate, 14 / 10);
  });

  it("takes the time before the start for one without messages", () => {
    const seen = refreshed(10).seenAt(3);
    assert.equal(seen?.publishRateOfInterval, 10 / 5);
    assert.equal(seen.publishRate, 10 / 10);
  });

  it("shows the newest of several that became visible since it was asked last", () => {
    assert.equal(refreshed(1, 2, 3, 4).seenAt(18)?.observedAt, 16);
  });
});
