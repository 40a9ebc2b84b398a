import assert from "node:assert/strict";
import { environmentOf } from "../../../../policy/support/environment.ts";

const urn = (stack: string) => `urn:pulumi:${stack}::jobsprint::aws:rds/instance:Instance::db`;

const cases = [
  { name: "the configured one", config: { environment: "dev" }, stack: "prod", expected: "dev" },
  { name: "the stack's name where none is configured", config: {}, stack: "dev", expected: "dev" },
  { name: "prod for a stack of another name", config: {}, stack: "staging", expected: "prod" },
  {
    name: "prod for a configured one that does not exist",
    config: { environment: "test" },
    stack: "dev",
    expected: "prod",
  },
];

describe("the environment of a policy is", () => {
  for (const { name, config, stack, expected } of cases) {
    it(name, () => {
      assert.equal(environmentOf({ getConfig: () => config, urn: urn(stack) }), expected);
      assert.equal(environmentOf({ getConfig: () => config, resources: [{ urn: urn(stack) }] }), expected);
    });
  }

  it("prod for an empty stack", () => {
    assert.equal(environmentOf({ getConfig: () => ({}), resources: [] }), "prod");
  });
});
