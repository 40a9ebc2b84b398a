import assert from "node:assert/strict";
import { BlockList } from "node:net";
import fc from "fast-check";
import { platformLimits } from "../../../../infra/capacity/limits.ts";
import { zonesOf } from "../../../../infra/network/subnets.ts";

/** VPC blocks that AWS takes, each starting where it may. */
const vpcs = fc
  .record({ prefix: fc.integer({ min: 16, max: 18 }), address: fc.integer({ min: 0, max: 2 ** 32 - 1 }) })
  .map(({ prefix, address }) => {
    const start = address - (address % 2 ** (32 - prefix));
    return { start, prefix, cidr: `${dotted(start)}/${prefix}` };
  });
const zones = fc.integer({ min: 2, max: 4 }).map((count) => Array.from({ length: count }, (_, zone) => `zone-${zone}`));

describe("subnets of a VPC", () => {
  it("lie inside it", () => {
    fc.assert(
      fc.property(vpcs, zones, ({ start, prefix, cidr }, names) => {
        const vpc = new BlockList();
        vpc.addSubnet(dotted(start), prefix, "ipv4");
        for (const { first, last } of blocksOf(cidr, names)) {
          assert.ok(vpc.check(first) && vpc.check(last), `${first} to ${last} in ${cidr}`);
        }
      }),
    );
  });

  it("do not overlap", () => {
    fc.assert(
      fc.property(vpcs, zones, ({ cidr }, names) => {
        const blocks = blocksOf(cidr, names);
        for (const [position, block] of blocks.entries()) {
          const others = new BlockList();
          for (const other of blocks.toSpliced(position, 1)) others.addRange(other.first, other.last, "ipv4");
          assert.ok(!others.check(block.first) && !others.check(block.last), `${block.first} alone in ${cidr}`);
        }
      }),
    );
  });

  it("do not move when a zone is added at the end", () => {
    fc.assert(
      fc.property(vpcs, zones, ({ cidr }, names) => {
        const all = zonesOf(cidr, ["zone-0", "zone-1", "zone-2", "zone-3"]);
        assert.deepEqual(zonesOf(cidr, names), all.slice(0, names.length));
      }),
    );
  });

  it("hold the control plane's interfaces, at least sixteen a zone", () => {
    fc.assert(
      fc.property(vpcs, zones, ({ cidr }, names) => {
        for (const { intra } of zonesOf(cidr, names)) assert.ok(Number(intra.split("/")[1]) <= 28, intra);
      }),
    );
  });

  it("hold all pods of the most nodes in two zones of a /16", () => {
    const podsPerNode = 110;
    // A node takes sixteen addresses at a time, and one time more than it needs.
    const perNode = (Math.ceil(podsPerNode / 16) + 1) * 16;
    for (const { private: block } of zonesOf("10.0.0.0/16", ["a", "b"])) {
      const addresses = 2 ** (32 - Number(block.split("/")[1]));
      assert.ok(addresses >= (platformLimits.maxNodes / 2) * perNode, `${block}: ${addresses}`);
    }
  });
});

function blocksOf(cidr: string, names: string[]): { first: string; last: string }[] {
  return zonesOf(cidr, names)
    .flatMap((zone) => [zone.public, zone.private, zone.intra])
    .map((block) => {
      const [first = "", prefix = ""] = block.split("/");
      const start = first.split(".").reduce((sum, octet) => sum * 256 + Number(octet), 0);
      return { first, last: dotted(start + 2 ** (32 - Number(prefix)) - 1) };
    });
}

function dotted(address: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join(".");
}
