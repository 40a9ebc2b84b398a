import assert from "node:assert/strict";
import { normaliseAddress } from "../../../../autoscaler/src/adapters/rabbitmq/unacknowledged.ts";

describe("the address of a consumer's host", () => {
  const cases: { name: string; told: string; address: string }[] = [
    { name: "IPv4", told: "10.0.0.7", address: "10.0.0.7" },
    { name: "IPv4 in IPv6", told: "::ffff:10.0.0.7", address: "10.0.0.7" },
    { name: "IPv4 in IPv6, upper case", told: "::FFFF:10.0.0.7", address: "10.0.0.7" },
    { name: "IPv6", told: "FD00::7", address: "fd00::7" },
    { name: "IPv6 that only begins like it", told: "::ffff:a:b:c", address: "::ffff:a:b:c" },
  ];
  for (const { name, told, address } of cases) {
    it(name, () => {
      assert.equal(normaliseAddress(told), address);
    });
  }
});
