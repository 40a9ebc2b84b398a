import assert from "node:assert/strict";
import { builtInBindingName } from "../../../../autoscaler/src/config/permissions.ts";

describe("the binding to a role that every cluster has", () => {
  it("is named after account and role, without what a name may not hold", () => {
    const account = { namespace: "jobsprint", name: "autoscaler" };
    const role = { kind: "ClusterRole", name: "system:controller:a" } as const;
    assert.equal(builtInBindingName(role, account), "jobsprint-autoscaler-system-controller-a");
  });
});
