import assert from "node:assert/strict";
import { baselineGrid, quickGrid } from "../../../../simulator/policies/grid.ts";
import { scenarioOf, statisticsOf, viewOf, workload } from "../builders.ts";

const scenarios = [scenarioOf(), scenarioOf({ slotsPerReplica: 8, maxWaitSeconds: 1 }), scenarioOf({ minReplicas: 0 })];

describe("the settings to tune over", () => {
  it("are about a hundred, and a dozen for a first look", () => {
    const { length } = baselineGrid(scenarioOf(), 2);
    assert.ok(length >= 95 && length <= 110, String(length));
    assert.equal(quickGrid(scenarioOf()).length, 13);
  });

  it("are told apart by their names and settings", () => {
    for (const scenario of scenarios) {
      const names = baselineGrid(scenario, 2).map(({ name, setting }) => `${name}: ${setting}`);
      assert.deepEqual(names, [...new Set(names)]);
    }
  });

  it("are fine where the best have been seen", () => {
    const settings = new Set(baselineGrid(scenarioOf(), 2).map(({ name, setting }) => `${name}: ${setting}`));
    for (const share of [0.25, 0.5, 0.65, 0.75, 1])
      for (const down of [0, 30, 60, 300])
        assert.ok(settings.has(`KEDA QueueLength: K = ${share} W mu, down ${down} s`), `${share}, ${down}`);
    for (const setting of [
      "KEDA QueueLength: K = 0.75 W mu, up by 1000 Pods / 15 s, down 30 s",
      "KEDA QueueLength: K = 0.5 W mu, by AMQP, down 60 s",
      "KEDA QueueLength + MessageRate: K = 1 W mu, utilization 1.1, down 0 s",
      "HPA rate: utilization 1.1, window 30 s, down 60 s",
      "HPA rate: utilization 0.9, window 30 s, up by 1000 Pods / 15 s, down 60 s",
      "KPA: target slots at 70 %, stableWindow 30",
    ])
      assert.ok(settings.has(setting), setting);
  });

  it("hold every family", () => {
    const names = new Set(baselineGrid(scenarioOf(), 2).map(({ name }) => name));
    assert.deepEqual(
      [...names],
      [
        "HPA rate",
        "HPA CPU",
        "KEDA QueueLength",
        "KEDA MessageRate",
        "KEDA QueueLength + MessageRate",
        "KPA",
        "AWS backlog per instance",
        "LCP",
      ],
    );
  });

  for (const scenario of scenarios)
    it(`all answer with whole counts at ${scenario.slotsPerReplica} slots from ${scenario.minReplicas} on`, () => {
      for (const kind of [...baselineGrid(scenario, 2), ...quickGrid(scenario)]) {
        const policy = kind.create(scenario, workload);
        for (let tick = 0; tick < 40; tick++) {
          const now = tick * policy.periodSeconds;
          const busy = { ready: 200, unacknowledged: 3, publishRate: 9, publishRateOfInterval: 9, published: 9 * now };
          const statistics = tick === 0 ? undefined : statisticsOf({ observedAt: now, ...busy });
          const integrals = { concurrencySeconds: 203 * now, utilizationSeconds: now };
          const replicas = policy.decide(viewOf({ now, replicas: 3, statistics, readyNow: 200, ...integrals }));
          assert.ok(Number.isInteger(replicas) && replicas >= 0, `${kind.name}, ${kind.setting}: ${replicas}`);
        }
      }
    });
});
