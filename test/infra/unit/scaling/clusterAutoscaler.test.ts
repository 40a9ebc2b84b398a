import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { capture, type CapturedResource } from "../../../../infra/render/capture.ts";
import { ClusterAutoscaler } from "../../../../infra/scaling/clusterAutoscaler.ts";
import { flags, imageTagFor } from "../../../../infra/scaling/clusterAutoscalerSettings.ts";
import { at, find } from "../data/support/resources.ts";

describe("the cluster autoscaler", function () {
  this.timeout(60_000);
  let resources: readonly CapturedResource[] = [];
  before(async () => {
    const args = { clusterName: "jobsprint-prod", clusterVersion: "1.35", region: "eu-central-1" };
    ({ resources } = await capture(() => new ClusterAutoscaler("nodes", args)));
  });

  const settings: { flag: string; value: unknown }[] = [
    { flag: "balance-similar-node-groups", value: true },
    { flag: "expander", value: "least-waste" },
    { flag: "max-node-provision-time", value: "15m" },
    { flag: "max-nodes-total", value: 50 },
    { flag: "new-pod-scale-up-delay", value: "0s" },
    { flag: "max-total-unready-percentage", value: 45 },
    { flag: "scale-down-unneeded-time", value: "10m" },
    { flag: "scale-down-unready-time", value: "20m" },
    { flag: "scale-down-utilization-threshold", value: 0.5 },
    { flag: "skip-nodes-with-local-storage", value: false },
    { flag: "skip-nodes-with-system-pods", value: true },
  ];
  for (const { flag, value } of settings) {
    it(`gets --${flag}=${String(value)}, and the document says so`, () => {
      assert.equal(at(find(resources, "nodes-release").props, "values", "extraArgs", flag), value);
      assert.ok(readFileSync("docs/cluster-autoscaler.md", "utf8").includes(`\`--${flag}=${String(value)}\``));
    });
  }

  it("gets no other flag", () => {
    assert.deepEqual(
      Object.keys(flags),
      settings.map(({ flag }) => flag),
    );
  });

  const pins: { path: string[]; value: unknown }[] = [
    { path: ["version"], value: "9.59.0" },
    { path: ["values", "image", "tag"], value: "v1.35.2" },
    { path: ["values", "autoDiscovery", "clusterName"], value: "jobsprint-prod" },
    { path: ["values", "nodeSelector"], value: { dedicated: "system" } },
  ];
  for (const { path, value } of pins) {
    it(`has ${path.join(".")} ${JSON.stringify(value)}`, () => {
      assert.deepEqual(at(find(resources, "nodes-release").props, ...path), value);
    });
  }

  it("is refused for a cluster whose minor version no known image has", () => {
    assert.throws(() => imageTagFor("1.29"), /must be one of 1\.35, 1\.36: .* 1\.29/);
  });

  it("may change the groups of its own cluster alone", () => {
    const { Statement } = JSON.parse(String(find(resources, "nodes-identity-policy").props["policy"])) as {
      Statement: { Action: string | string[]; Condition?: object }[];
    };
    const changing = Statement.filter(({ Action }) => ![Action].flat().every((one) => /:(Describe|Get)/.test(one)));
    assert.deepEqual(
      changing.map(({ Action, Condition }) => [Action, Condition]),
      [
        [
          ["autoscaling:SetDesiredCapacity", "autoscaling:TerminateInstanceInAutoScalingGroup"],
          { StringEquals: { "aws:ResourceTag/k8s.io/cluster-autoscaler/jobsprint-prod": "owned" } },
        ],
      ],
    );
  });

  it("takes its role by the account of its pods", () => {
    const { props } = find(resources, "nodes-identity-association");
    assert.deepEqual([props["namespace"], props["serviceAccount"]], ["kube-system", "cluster-autoscaler"]);
    assert.equal(
      at(find(resources, "nodes-release").props, "values", "rbac", "serviceAccount", "name"),
      "cluster-autoscaler",
    );
  });
});
