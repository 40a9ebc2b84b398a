import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse, parseAllDocuments } from "yaml";
import { parseConfig } from "../../../../autoscaler/src/config/parse.ts";
import { permissionsOf } from "../../../../autoscaler/src/config/permissions.ts";
import { runCommand } from "../../../../local/command.ts";
import { apply } from "../../../../local/kubernetes/apply.ts";
import { startControlPlane, type ControlPlane } from "../../../../local/kubernetes/controlPlane.ts";
import { repositoryRoot } from "../../../../local/paths.ts";
import { temporaryFolder } from "../../../../local/process.ts";
import { describeRights, told, type Question } from "../../../support/rights.ts";

const example = join(repositoryRoot, "autoscaler", "config.example.yaml");
const namespace = "jobsprint";

const may: readonly Question[] = [
  { group: "apps", resource: "deployments", verbs: ["get", "list", "watch"] },
  { group: "apps", resource: "deployments", subresource: "scale", name: "workflow-worker", verbs: ["patch"] },
  { resource: "pods", verbs: ["list", "watch", "patch"] },
  { resource: "events", verbs: ["create"] },
  { group: "autoscaling", resource: "horizontalpodautoscalers", verbs: ["list"] },
  { group: "keda.sh", resource: "scaledobjects", verbs: ["list"] },
  { group: "metrics.k8s.io", resource: "pods", verbs: ["list"] },
  { group: "coordination.k8s.io", resource: "leases", verbs: ["create"] },
  { group: "coordination.k8s.io", resource: "leases", name: "jobsprint-autoscaler", verbs: ["get", "update"] },
  { resource: "configmaps", verbs: ["create"] },
  { resource: "configmaps", name: "jobsprint-autoscaler-state-0", verbs: ["get", "patch"] },
];

const mayNot: readonly Question[] = [
  { group: "apps", resource: "deployments", name: "workflow-worker", verbs: ["update", "patch", "delete", "create"] },
  { group: "apps", resource: "deployments", subresource: "scale", name: "other", verbs: ["get", "patch"] },
  { group: "apps", resource: "deployments", subresource: "scale", name: "workflow-worker", verbs: ["get", "update"] },
  { group: "apps", resource: "statefulsets", verbs: ["get", "list", "watch"] },
  { resource: "pods", verbs: ["delete", "create", "update"] },
  { resource: "pods", subresource: "exec", verbs: ["create"] },
  { resource: "pods", subresource: "eviction", verbs: ["create"] },
  { resource: "secrets", verbs: ["get", "list", "watch"] },
  { resource: "configmaps", name: "other", verbs: ["get", "patch", "delete"] },
  { resource: "configmaps", verbs: ["list", "watch"] },
  { group: "coordination.k8s.io", resource: "leases", name: "other", verbs: ["get", "update", "delete"] },
  { group: "autoscaling", resource: "horizontalpodautoscalers", verbs: ["create", "update", "patch", "delete"] },
  { resource: "nodes", verbs: ["get", "list"] },
  { group: "apps", resource: "deployments", namespace: "default", verbs: ["get", "list"] },
  { resource: "pods", namespace: "kube-system", verbs: ["list"] },
];

describe("the Roles that `rbac` prints, asked of a real API server", function () {
  this.timeout(60_000);
  let cluster: ControlPlane;

  before(async function () {
    this.timeout(30 * 60_000);
    cluster = await startControlPlane();
    const objects = [
      { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } },
      { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "autoscaler", namespace } },
    ];
    await apply(cluster, objects.map((object) => JSON.stringify(object)).join("\n---\n"));
    const args = ["autoscaler/src/main.ts", "rbac", "--config", example, "--namespace", namespace];
    await apply(cluster, await runCommand(process.execPath, args, { cwd: repositoryRoot }));
  });

  after(() => cluster.stop());

  describeRights({ account: { namespace, name: "autoscaler" }, may, mayNot }, () => cluster);

  it("grant nothing that is not in this table", () => {
    const config = parseConfig(readFileSync(example, "utf8"), example);
    const granted = permissionsOf(config, namespace).flatMap(({ rules }) =>
      rules.flatMap(({ apiGroups, resources, resourceNames, verbs }) =>
        resources.map((resource) => [apiGroups[0], resource, resourceNames?.[0], ...verbs].filter(Boolean).join(" ")),
      ),
    );
    const asked = may.map((question) => [told(question), ...question.verbs].join(" "));
    assert.deepEqual(granted.toSorted(), asked.toSorted());
  });
});

describe("the least Roles", function () {
  this.timeout(60_000);
  const base = parse(readFileSync(example, "utf8")) as { targets: { metrics: object }[] };

  async function resources(change: object, target: object = {}): Promise<string[]> {
    const file = join(temporaryFolder("rbac"), "config.yaml");
    const document = { ...base, ...change, targets: [{ ...base.targets[0], ...target }] };
    writeFileSync(file, JSON.stringify(document));
    const args = ["autoscaler/src/main.ts", "rbac", "--config", file, "--namespace", "own"];
    const printed = await runCommand(process.execPath, args, { cwd: repositoryRoot });
    return parseAllDocuments(printed)
      .map(
        (one) =>
          one.toJS() as {
            kind: string;
            metadata: { namespace: string };
            rules?: { resources: string[]; verbs: string[] }[];
          },
      )
      .flatMap(({ metadata, rules = [] }) =>
        rules.map((rule) => `${metadata.namespace} ${rule.resources.join(",")} ${rule.verbs.join(",")}`),
      );
  }

  it("hold leases and states where the autoscaler runs, the rest where its targets are", async () => {
    const granted = await resources({});
    assert.ok(granted.includes("own leases create"));
    assert.ok(granted.includes("own configmaps get,patch"));
    assert.ok(granted.includes("jobsprint deployments/scale patch"));
  });

  const without: { name: string; change?: object; target?: object; resource: RegExp }[] = [
    { name: "leases without leader election", change: { leaderElection: { enabled: false } }, resource: /leases/ },
    { name: "ConfigMaps with states in memory", change: { state: { store: "memory" } }, resource: /configmaps/ },
    { name: "patches of pods without deletion cost", target: { podDeletionCost: false }, resource: /pods .*patch/ },
  ];
  for (const { name, change = {}, target, resource } of without) {
    it(`grant no ${name}`, async () => {
      assert.ok((await resources({}, {})).some((granted) => resource.test(granted)));
      assert.ok(!(await resources(change, target)).some((granted) => resource.test(granted)));
    });
  }
});
