import assert from "node:assert/strict";
import { settingsOf, sortedJson } from "../../../../infra/cluster/addonSettings.ts";

describe("settings of an add-on", () => {
  const cases = [
    { addon: "vpc-cni", says: /"enableNetworkPolicy":"true"/ },
    { addon: "vpc-cni", says: /"ENABLE_PREFIX_DELEGATION":"true"/ },
    { addon: "coredns", says: /"autoScaling":\{"enabled":true/ },
    { addon: "coredns", says: /"CriticalAddonsOnly"/ },
    { addon: "aws-ebs-csi-driver", says: /"CriticalAddonsOnly"/ },
    { addon: "metrics-server", says: /"replicas":2/ },
  ] as const;
  for (const { addon, says } of cases) {
    it(`of ${addon} match ${says.source}`, () => {
      assert.match(settingsOf(addon) ?? "", says);
    });
  }

  it("are absent where the defaults hold", () => {
    assert.equal(settingsOf("kube-proxy"), undefined);
  });
});

describe("sortedJson", () => {
  const cases = [
    { name: "keys at every depth", value: { b: { d: 1, c: 2 }, a: 3 }, json: '{"a":3,"b":{"c":2,"d":1}}' },
    { name: "objects in lists, whose order stays", value: [{ b: 1, a: 2 }, "z", "y"], json: '[{"a":2,"b":1},"z","y"]' },
    { name: "null, and nothing for what is undefined", value: { b: null, a: undefined }, json: '{"b":null}' },
  ];
  for (const { name, value, json } of cases) {
    it(`orders ${name}`, () => {
      assert.equal(sortedJson(value), json);
    });
  }
});
