import assert from "node:assert/strict";
import { zonesOf } from "../../../../infra/network/subnets.ts";

describe("zonesOf", () => {
  it("divides a /16", () => {
    assert.deepEqual(zonesOf("10.0.0.0/16", ["a", "b", "c"])[1], {
      availabilityZone: "b",
      private: "10.0.32.0/19",
      public: "10.0.132.0/22",
      intra: "10.0.196.0/22",
    });
  });

  const refused = [
    { name: "text", cidr: "ten", zones: ["a", "b"], reason: /cidr: must be an IPv4 block.*found "ten"/ },
    { name: "an octet beyond 255", cidr: "10.256.0.0/16", zones: ["a", "b"], reason: /must be an IPv4 block/ },
    { name: "a prefix beyond 32", cidr: "10.0.0.0/33", zones: ["a", "b"], reason: /must be an IPv4 block/ },
    {
      name: "a VPC that is too small",
      cidr: "10.0.0.0/20",
      zones: ["a", "b"],
      reason: /\/16 to \/18, found 10.0.0.0\/20/,
    },
    { name: "a VPC that is too large", cidr: "10.0.0.0/8", zones: ["a", "b"], reason: /\/16 to \/18/ },
    { name: "an address within the block", cidr: "10.0.1.0/16", zones: ["a", "b"], reason: /first address/ },
    { name: "one zone", cidr: "10.0.0.0/16", zones: ["a"], reason: /availabilityZones: must be 2 to 4, found a/ },
    { name: "five zones", cidr: "10.0.0.0/16", zones: ["a", "b", "c", "d", "e"], reason: /must be 2 to 4/ },
    { name: "a zone twice", cidr: "10.0.0.0/16", zones: ["a", "a"], reason: /must differ, found a, a/ },
    { name: "everything at once", cidr: "10.0.1.0/20", zones: ["a"], reason: /\/16 to.*first address.*must be 2 to 4/ },
  ];
  for (const { name, cidr, zones, reason } of refused) {
    it(`refuses ${name}`, () => {
      assert.throws(() => zonesOf(cidr, zones), { name: "RangeError", message: reason });
    });
  }
});
