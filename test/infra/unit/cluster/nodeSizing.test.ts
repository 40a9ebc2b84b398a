import assert from "node:assert/strict";
import { node, nodesFor, platformLimits } from "../../../../infra/capacity/limits.ts";
import { allocatableOf, machineOf, nodeSizingFor } from "../../../../infra/cluster/nodeSizing.ts";
import { sizes, sizing } from "../../../../infra/sizing.ts";

/** Of the exporter beside a member. */
const sidecar = { cpu: 0.1, memoryGi: 0.25 };

for (const size of sizes) {
  for (const zones of [2, 3, 4]) {
    describe(`nodes of ${size} in ${zones} zones`, () => {
      const { system, general, dataPerZone } = nodeSizingFor(size, zones);
      const { redis, rabbitmq } = sizing[size];

      for (const [name, { cpu, memoryGi }] of Object.entries({ redis, rabbitmq })) {
        it(`hold a member of ${name} beside what the system takes`, () => {
          for (const type of dataPerZone.instanceTypes) {
            const free = allocatableOf(machineOf(type));
            assert.ok(free.cpu >= cpu + sidecar.cpu, `${type}: ${free.cpu} cores for ${cpu}`);
            assert.ok(free.memoryGi >= memoryGi + sidecar.memoryGi, `${type}: ${free.memoryGi} GiB for ${memoryGi}`);
          }
        });
      }

      it("are enough for every member to have one of its own", () => {
        assert.ok(zones * dataPerZone.minNodes >= redis.nodes + rabbitmq.nodes);
      });

      it("are enough in a zone that gets the odd member of both", () => {
        assert.ok(dataPerZone.maxNodes > Math.ceil(redis.nodes / zones) + Math.ceil(rabbitmq.nodes / zones));
      });

      it("are no more than the cluster autoscaler allows", () => {
        const most = system.maxNodes + general.maxNodes + zones * dataPerZone.maxNodes;
        assert.ok(most <= platformLimits.maxNodes, String(most));
      });

      it("hold the tiers that the size begins with, in every zone", () => {
        const { frontend, apiGateway, workflowService } = sizing[size];
        const free = allocatableOf(machineOf(general.instanceTypes[0]!));
        const cores = [frontend, apiGateway, workflowService].reduce((sum, tier) => sum + tier.replicas * tier.cpu, 0);
        assert.ok(general.minNodes * free.cpu >= cores);
        assert.ok(general.minNodes >= zones && general.maxNodes > general.minNodes);
      });

      it("are alike within a group, as the cluster autoscaler takes them to be", () => {
        for (const group of [system, general, dataPerZone]) {
          assert.equal(new Set(group.instanceTypes.map((type) => JSON.stringify(machineOf(type)))).size, 1);
        }
      });
    });
  }
}

describe("allocatableOf", () => {
  it("leaves at least what capacity planning counts on", () => {
    const free = allocatableOf(machineOf("m7i.2xlarge"));
    assert.ok(free.cpu >= node.cpu && free.memoryGi >= node.memoryGi, JSON.stringify(free));
  });

  it("shows why 8 cores do not hold a member of 8", () => {
    assert.ok(allocatableOf(machineOf("m7i.2xlarge")).cpu < sizing.large.redis.cpu);
  });
});

describe("general nodes of large", () => {
  it("hold the tiers of twice its users", () => {
    const { redis, rabbitmq, users } = sizing.large;
    const data = Math.floor(((redis.nodes + rabbitmq.nodes) * redis.cpu) / node.cpu);
    assert.ok(nodeSizingFor("large", 3).general.maxNodes >= nodesFor(sizing.large, 2 * users) - data);
  });
});

describe("machineOf", () => {
  it("refuses a machine that it does not know", () => {
    assert.throws(() => machineOf("m7i.metal"), /must be one of the table's, found m7i.metal/);
  });
});
