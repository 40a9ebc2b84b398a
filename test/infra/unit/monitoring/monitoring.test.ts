import assert from "node:assert/strict";
import { parse } from "yaml";
import { KubePrometheusStack } from "../../../../infra/monitoring/kubePrometheusStack.ts";
import { MonitoringNamespace } from "../../../../infra/monitoring/monitoringNamespace.ts";
import { Prometheus } from "../../../../infra/monitoring/prometheus.ts";
import { scrapeConfigs } from "../../../../infra/monitoring/scrapeConfigs.ts";
import { stackValues, type StackValues } from "../../../../infra/monitoring/stackValues.ts";
import { capture, type CapturedResource } from "../../../../infra/render/capture.ts";
import { at, find, inClear } from "../data/support/resources.ts";

type Path = readonly (string | number)[];

const spec: Path = ["prometheus", "prometheusSpec"];

describe("the values of kube-prometheus-stack", () => {
  const cases: { name: string; given?: Partial<StackValues>; path: Path; value: unknown }[] = [
    { name: "keep samples as long as asked", given: { retentionDays: 90 }, path: [...spec, "retention"], value: "90d" },
    {
      name: "never fill the disk of a small one",
      given: { size: "small" },
      path: [...spec, "retentionSize"],
      value: "25GiB",
    },
    {
      name: "never fill the disk of a large one",
      given: { size: "large" },
      path: [...spec, "retentionSize"],
      value: "255GiB",
    },
    {
      name: "name the storage class",
      given: { storageClassName: "fast-ssd" },
      path: [...spec, "storageSpec", "volumeClaimTemplate", "spec", "storageClassName"],
      value: "fast-ssd",
    },
    {
      name: "read our scrape configuration",
      path: [...spec, "additionalScrapeConfigsSecret"],
      value: { enabled: true, name: "jobsprint-scrape-configs", key: "scrape-configs.yaml" },
    },
    {
      name: "have a budget for two",
      given: { replicas: 2 },
      path: ["prometheus", "podDisruptionBudget"],
      value: { enabled: true },
    },
    {
      name: "have none for one",
      given: { replicas: 1 },
      path: ["prometheus", "podDisruptionBudget"],
      value: { enabled: false },
    },
    {
      name: "take Grafana's password from a Secret",
      path: ["grafana", "admin"],
      value: { existingSecret: "grafana-admin", userKey: "username", passwordKey: "password" },
    },
    { name: "leave out what EKS hides", path: ["kubeEtcd", "enabled"], value: false },
  ];
  for (const { name, given, path, value } of cases) {
    it(name, () => {
      const values = stackValues({
        size: "medium",
        retentionDays: 7,
        replicas: 1,
        storageClassName: "standard",
        ...given,
      });
      assert.deepEqual(at(values, ...path), value);
    });
  }
});

describe("monitoring", function () {
  this.timeout(60_000);
  let resources: readonly CapturedResource[] = [];
  before(async () => {
    ({ resources } = await capture(() => {
      new MonitoringNamespace("ns", { vpcCidr: "10.0.0.0/16" });
      const stack = { size: "small", retentionDays: 7, replicas: 1, storageClassName: "fast-ssd" } as const;
      new KubePrometheusStack("stack", stack);
      new Prometheus("local", { image: "prometheus:1", storageClassName: "standard", divisor: 10 });
    }));
  });

  const cases: { of: string; path: Path; value: unknown }[] = [
    { of: "stack-release", path: ["version"], value: "88.5.3" },
    { of: "stack-release", path: ["namespace"], value: "monitoring" },
    { of: "ns-default-deny", path: ["spec"], value: { podSelector: {}, policyTypes: ["Ingress", "Egress"] } },
    { of: "local-statefulset", path: ["spec", "replicas"], value: 1 },
    {
      of: "local-statefulset",
      path: ["spec", "volumeClaimTemplates", 0, "spec", "storageClassName"],
      value: "standard",
    },
    { of: "local-service", path: ["spec", "ports", 0, "port"], value: 9090 },
    {
      of: "local-role",
      path: ["rules"],
      value: [{ apiGroups: [""], resources: ["pods"], verbs: ["get", "list", "watch"] }],
    },
  ];
  for (const { of, path, value } of cases) {
    it(`sets ${path.join(".")} of ${of}`, () => {
      assert.deepEqual(at(find(resources, of).props, ...path), value);
    });
  }

  it("lets node-exporter in, whose namespace would otherwise be restricted", () => {
    const label = (mode: string): unknown =>
      at(find(resources, "ns-namespace").props, "metadata", "labels", `pod-security.kubernetes.io/${mode}`);
    assert.deepEqual(["enforce", "warn"].map(label), ["privileged", "restricted"]);
  });

  it("keeps Grafana's password out of everything but its Secret", () => {
    assert.deepEqual(inClear(resources, "generated-secret-of-stack-grafana-password"), []);
  });

  it("gives both kinds of Prometheus the same scrape configuration", () => {
    const stack = at(find(resources, "stack-scrape-configs").props, "stringData", "scrape-configs.yaml");
    const local = at(find(resources, "local-configmap").props, "data", "prometheus.yml");
    assert.deepEqual(parse(String(stack)), scrapeConfigs);
    assert.deepEqual((parse(String(local)) as { scrape_configs: unknown }).scrape_configs, scrapeConfigs);
  });
});
