import assert from "node:assert/strict";
import type { Bag } from "../support/bag.ts";
import { created, difference, partsOf } from "../support/echo.ts";

const urn = (type: string, name = "thing"): string => `urn:pulumi:dev::jobsprint::jobsprint:data:Data$${type}::${name}`;
const database = urn("aws:rds/instance:Instance");
const statefulSet = urn("kubernetes:apps/v1:StatefulSet");
const password = urn("random:index/randomPassword:RandomPassword");

describe("the stand-in provider", () => {
  it("reads type and name of a URN", () => {
    assert.deepEqual(partsOf(urn("aws:kms/key:Key", "a::b")), { type: "aws:kms/key:Key", name: "a::b" });
  });

  const cases: readonly [string, string, Bag, Bag, string[] | undefined][] = [
    ["nothing changed", database, { engine: "postgres" }, { engine: "postgres" }, undefined],
    ["a change in place", database, { allocatedStorage: 100 }, { allocatedStorage: 200 }, []],
    ["a property that goes", database, { tags: { a: "b" } }, {}, []],
    ["a change that replaces", database, { engine: "postgres" }, { engine: "mysql" }, ["engine"]],
    ["replicas of a set", statefulSet, { spec: { replicas: 1 } }, { spec: { replicas: 3 } }, []],
    [
      "claims of a set",
      statefulSet,
      { spec: { volumeClaimTemplates: [{ size: 10 }] } },
      { spec: { volumeClaimTemplates: [{ size: 50 }] } },
      ["spec.volumeClaimTemplates"],
    ],
    ["whatever makes a random value", password, { length: 16 }, { length: 32 }, ["length"]],
    [
      "the namespace of any object",
      urn("kubernetes:core/v1:Service"),
      {},
      { metadata: { namespace: "b" } },
      ["metadata.namespace"],
    ],
  ];
  for (const [what, of, before, after, replaces] of cases)
    it(`tells of ${what}`, () => {
      const { outs } = created(of, before);
      assert.deepEqual(difference(of, outs, after), { changes: replaces !== undefined, replaces: replaces ?? [] });
    });
});
