import assert from "node:assert/strict";
import type { Statistics } from "../../../../simulator/model.ts";
import { keda } from "../../../../simulator/policies/keda.ts";
import type { KedaSettings } from "../../../../simulator/policies/kedaSettings.ts";
import { play, scenarioOf, statisticsOf, viewOf, workload } from "../builders.ts";

/** What is asked for at the second sync, since the first one only makes an acquaintance. */
function wanted(settings: KedaSettings, statistics: Partial<Statistics> | undefined, replicas = 10): number {
  const policy = keda({ downWindowSeconds: 15, ...settings }).create(scenarioOf(), workload);
  const seen = statistics === undefined ? undefined : statisticsOf(statistics);
  policy.decide(viewOf({ replicas, statistics: seen }));
  return policy.decide(viewOf({ now: 15, replicas, statistics: seen }));
}

describe("KEDA's RabbitMQ triggers", () => {
  const busy = { ready: 30, unacknowledged: 10, publishRateOfInterval: 6, publishRate: 1 };
  const cases: { name: string; settings: KedaSettings; statistics?: Partial<Statistics>; expect: number }[] = [
    { name: "count ready and unacknowledged", settings: { queueLength: 5 }, statistics: busy, expect: 8 },
    {
      name: "count ready alone when told so",
      settings: { queueLength: 5, excludeUnacknowledged: true },
      statistics: busy,
      expect: 6,
    },
    // 0.5 jobs/s × 30 s × 0.5 = 7.5 messages a replica.
    { name: "take a share of the wait", settings: { queueLength: { shareOfWait: 0.5 } }, statistics: busy, expect: 6 },
    {
      name: "never ask for more replicas than messages",
      settings: { queueLength: { shareOfWait: 0.001 } },
      statistics: { ready: 12 },
      expect: 12,
    },
    { name: "take the rate of the last refresh", settings: { utilization: 1 }, statistics: busy, expect: 12 },
    {
      name: "follow the rate alone past a full queue",
      settings: { utilization: 1 },
      statistics: { ready: 5000 },
      expect: 1,
    },
    { name: "let the higher one win", settings: { queueLength: 5, utilization: 1 }, statistics: busy, expect: 12 },
    {
      name: "let the higher one win the other way round",
      settings: { queueLength: 2, utilization: 1 },
      statistics: busy,
      expect: 20,
    },
    { name: "read statistics that are missing as zero", settings: { queueLength: 5, utilization: 1 }, expect: 1 },
  ];
  for (const { name, settings, statistics, expect } of cases)
    it(name, () => {
      assert.equal(wanted(settings, statistics), expect);
    });

  it("by AMQP count what is ready at this moment", () => {
    const policy = keda({ queueLength: 5, protocol: "amqp", downWindowSeconds: 15 }).create(scenarioOf(), workload);
    const view = { replicas: 10, readyNow: 40, statistics: statisticsOf(busy) };
    policy.decide(viewOf(view));
    assert.equal(policy.decide(viewOf({ ...view, now: 15 })), 8);
  });

  it("by AMQP know no rates and nothing of the unacknowledged", () => {
    const message = 'KEDA: utilization and excludeUnacknowledged need protocol "http", not "amqp"';
    for (const more of [{ utilization: 1 }, { excludeUnacknowledged: true }])
      assert.throws(() => keda({ queueLength: 5, protocol: "amqp", ...more }), { message });
  });

  it("need a value", () => {
    assert.throws(() => keda({}), { message: "KEDA: queueLength or utilization must be set, not neither" });
    assert.throws(() => keda({ queueLength: 0, cooldownSeconds: -1 }), {
      message: "KEDA: queueLength must be above 0, not 0; KEDA: cooldownSeconds must be at least 0, not -1",
    });
  });

  it("have names", () => {
    const kinds = [
      keda({ queueLength: 5 }),
      keda({ utilization: 0.9, downWindowSeconds: 60 }),
      keda({ queueLength: { shareOfWait: 1 }, utilization: 0.9, excludeUnacknowledged: true }),
    ];
    assert.deepEqual(
      kinds.map(({ name, setting }) => `${name}: ${setting}`),
      [
        "KEDA QueueLength: K = 5, down 300 s",
        "KEDA MessageRate: utilization 0.9, down 60 s",
        "KEDA QueueLength + MessageRate: K = 1 W mu, utilization 0.9, ready only, down 300 s",
      ],
    );
  });
});

describe("KEDA at zero", () => {
  const scenario = scenarioOf({ minReplicas: 0 });
  const queue = (ready: number) => ({ statistics: statisticsOf({ ready }) });

  it("goes there once it was idle for longer than the cooldown, from one", () => {
    const counts = play(keda({ queueLength: 5, downWindowSeconds: 0 }), 24, { replicas: 4, scenario }, () => queue(0));
    // Polls at 0, 30, …: at 300 the cooldown is over but not exceeded.
    assert.deepEqual(counts, [...Array<number>(22).fill(1), 0, 0]);
  });

  it("stays at one while there is work", () => {
    const counts = play(keda({ queueLength: 5, cooldownSeconds: 60 }), 30, { scenario }, () => queue(1));
    assert.deepEqual(counts, Array<number>(30).fill(1));
  });

  it("begins the cooldown anew with each message", () => {
    const settings = { queueLength: 5, cooldownSeconds: 60 };
    const counts = play(keda(settings), 12, { scenario }, (now) => queue(now === 60 ? 1 : 0));
    assert.deepEqual(counts, [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0]);
  });

  it("rises from there at a poll to one, and from one at a sync", () => {
    const counts = play(keda({ queueLength: 5 }), 6, { replicas: 0, scenario }, (now) => queue(now >= 15 ? 100 : 0));
    assert.deepEqual(counts, [0, 0, 1, 5, 10, 20]);
  });

  it("polls more often than the HPA syncs if told so", () => {
    const settings = { queueLength: 5, pollingSeconds: 5 };
    const counts = play(keda(settings), 8, { replicas: 0, scenario }, (now) => queue(now >= 5 ? 100 : 0));
    assert.deepEqual(counts, [0, 1, 1, 5, 5, 5, 10, 10]);
  });

  it("is nobody's business where the minimum is one", () => {
    const counts = play(keda({ queueLength: 5, cooldownSeconds: 0 }), 30, { replicas: 2 }, () => queue(0));
    assert.equal(counts.at(-1), 1);
  });
});
