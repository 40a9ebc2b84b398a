import assert from "node:assert/strict";
import { baselineGrid, quickGrid } from "../../../../simulator/policies/grid.ts";
import { scenarioOf, statisticsOf, viewOf, workload } from "../builders.ts";

const scenarios = [scenarioOf(), scenarioOf({ slotsPerReplica: 8, maxWaitSeconds: 1 }), scenarioOf({ minReplicas: 0 })];

describe("the settings to tune over", () => {
  it("are about fifty, and a dozen for a first look", () => {
    assert.ok(Math.abs(baselineGrid(scenarioOf(), 2).length - 50) <= 6, String(baselineGrid(scenarioOf(), 2).length));
    assert.equal(quickGrid(scenarioOf()).length, 12);
  });

  it("are told apart by their names and settings", () => {
    for (const scenario of scenarios) {
      const names = baselineGrid(scenario, 2).map(({ name, setting }) => `${name}: ${setting}`);
      assert.deepEqual(names, [...new Set(names)]);
    }
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
