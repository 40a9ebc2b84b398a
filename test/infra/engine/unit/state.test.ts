import assert from "node:assert/strict";
import { cycle, duplicates, onDefaultProviders, orphans, type StateResource } from "../support/state.ts";

const stack = "urn:pulumi:dev::jobsprint::pulumi:pulumi:Stack::jobsprint-dev";
const component = "urn:pulumi:dev::jobsprint::jobsprint:data:Redis::redis";

function resource(urn: string, fields: Partial<StateResource> = {}): StateResource {
  return { urn, type: "aws:kms/key:Key", custom: true, parent: component, ...fields };
}

describe("the checks of a state", () => {
  it("finds URNs that occur twice", () => {
    assert.deepEqual(duplicates([resource("a"), resource("b"), resource("a")]), ["a"]);
  });

  it("finds a circle of dependencies", () => {
    const circle = [
      resource("a", { dependencies: ["b"] }),
      resource("b", { dependencies: ["c"] }),
      resource("c", { dependencies: ["b"] }),
    ];
    assert.deepEqual(cycle(circle), ["b", "c", "b"]);
  });

  it("finds a circle through a parent", () => {
    assert.deepEqual(cycle([resource("a", { parent: "b" }), resource("b", { dependencies: ["a"] })]), ["a", "b", "a"]);
  });

  it("takes two ways to one resource for no circle", () => {
    const diamond = [
      resource("a", { dependencies: ["b", "c"] }),
      resource("b", { dependencies: ["d"] }),
      resource("c", { dependencies: ["d"] }),
      resource("d"),
    ];
    assert.deepEqual(cycle(diamond), []);
  });

  it("finds resources without a component, but no components and no providers", () => {
    const resources = [
      resource("inside"),
      resource("outside", { parent: stack }),
      resource("component", { custom: false, type: "jobsprint:data:Redis", parent: stack }),
      resource("provider", { type: "pulumi:providers:aws", parent: stack }),
    ];
    assert.deepEqual(orphans(resources), ["outside"]);
  });

  for (const name of ["default", "default_7_48_0"])
    it(`finds resources of the provider ${name}`, () => {
      const provider = `urn:pulumi:dev::jobsprint::pulumi:providers:aws::${name}::1234`;
      assert.deepEqual(onDefaultProviders([resource("a", { provider })]), ["a"]);
    });

  it("leaves a provider alone whose own name only begins so", () => {
    const provider = "urn:pulumi:dev::jobsprint::pulumi:providers:aws::default-region::1234";
    assert.deepEqual(onDefaultProviders([resource("a", { provider })]), []);
  });
});
