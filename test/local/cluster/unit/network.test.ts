import assert from "node:assert/strict";
import fc from "fast-check";
import { clusterNetwork, freeNumbers, networkCount } from "../../../../local/cluster/network.ts";

describe("the addresses of a cluster", () => {
  it("follow from its number", () => {
    assert.deepEqual(clusterNetwork(7), {
      number: 7,
      interfaceName: "jobsprint7",
      hostAddress: "198.18.7.1",
      nodeAddress: "198.18.7.2",
      podCidr: "198.19.7.0/25",
      serviceCidr: "198.19.7.128/25",
      apiServerAddress: "198.19.7.129",
      dnsAddress: "198.19.7.138",
    });
  });

  it("have a name that Linux takes for an interface: at most 15 characters", () => {
    assert.ok(clusterNetwork(networkCount - 1).interfaceName.length <= 15);
  });
});

describe("numbers that are free", () => {
  const cases: { title: string; routes: string[]; taken: number[] | "all" }[] = [
    {
      title: "all on a machine that knows its own network",
      routes: ["default", "192.0.2.0/24", "10.0.0.0/8"],
      taken: [],
    },
    { title: "not that of a running cluster", routes: ["198.18.3.0/30", "198.19.3.0/25"], taken: [3] },
    { title: "not one whose single address is routed", routes: ["198.19.200.7"], taken: [200] },
    { title: "not those of a wider route", routes: ["198.18.4.0/23"], taken: [4, 5] },
    { title: "none where the whole range is routed", routes: ["198.18.0.0/15"], taken: "all" },
    { title: "also those whose neighbours are routed", routes: ["198.18.9.4/30"], taken: [] },
  ];
  for (const { title, routes, taken } of cases)
    it(title, () => {
      const free = new Set(freeNumbers(routes));
      const used = Array.from({ length: networkCount }, (_, number) => number).filter((number) => !free.has(number));
      assert.deepEqual(used, taken === "all" ? Array.from({ length: networkCount }, (_, number) => number) : taken);
    });

  it("never share an address with a cluster that runs", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat({ max: networkCount - 1 }), { maxLength: 8 }), (running) => {
        const routes = running.flatMap((number) => {
          const { podCidr, serviceCidr, hostAddress } = clusterNetwork(number);
          return [podCidr, serviceCidr, hostAddress];
        });
        assert.deepEqual(
          freeNumbers(routes).filter((number) => running.includes(number)),
          [],
        );
        assert.equal(freeNumbers(routes).length, networkCount - running.length);
      }),
    );
  });
});
