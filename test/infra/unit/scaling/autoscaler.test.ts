import assert from "node:assert/strict";
import { parse } from "yaml";
import { permissionsOf } from "../../../../autoscaler/src/config/permissions.ts";
import { parseConfig } from "../../../../autoscaler/src/config/parse.ts";
import { CertificateAuthority } from "../../../../infra/data/certificates/certificateAuthority.ts";
import { capture, type CapturedResource } from "../../../../infra/render/capture.ts";
import { stand } from "../../../../infra/render/outputs.ts";
import { Autoscaler, type AutoscalerArgs } from "../../../../infra/scaling/autoscaler.ts";
import { sizing } from "../../../../infra/sizing.ts";
import { at, find, ofKind } from "../data/support/resources.ts";
import { images } from "../services/support/build.ts";

async function build(changes: Partial<AutoscalerArgs> = {}): Promise<readonly CapturedResource[]> {
  const program = (): Autoscaler => {
    const authority = new CertificateAuthority("ca");
    const args = { image: "autoscaler:1", authority, apiServerCidrs: ["10.0.0.0/16"], images, sizing: sizing.small };
    return new Autoscaler("scaler", { ...args, ...changes });
  };
  return (await capture(program)).resources;
}

describe("the autoscaler's Deployment", function () {
  this.timeout(60_000);
  let resources: readonly CapturedResource[] = [];
  before(async () => {
    resources = await build({ priorityClassName: "serving" });
  });

  const spec = (...path: (string | number)[]): unknown =>
    at(find(resources, "scaler-deployment").props, "spec", ...path);
  const pod = (...path: (string | number)[]): unknown => spec("template", "spec", ...path);
  const text = (): string => String(at(find(resources, "scaler-configmap").props, "data", "config.yaml"));

  const cases: { name: string; path: (string | number)[]; value: unknown }[] = [
    { name: "is there twice", path: ["replicas"], value: 2 },
    { name: "carries a token", path: ["template", "spec", "automountServiceAccountToken"], value: true },
    { name: "goes before consumers", path: ["template", "spec", "priorityClassName"], value: "serving" },
    {
      name: "writes nothing",
      path: ["template", "spec", "containers", 0, "securityContext", "readOnlyRootFilesystem"],
      value: true,
    },
    {
      name: "trusts our authority",
      path: ["template", "spec", "containers", 0, "env", 0],
      value: { name: "NODE_EXTRA_CA_CERTS", value: "/etc/jobsprint/ca/ca.crt" },
    },
    {
      name: "is ready when it can decide or take over",
      path: ["template", "spec", "containers", 0, "readinessProbe", "httpGet"],
      value: { path: "/readyz", port: "metrics" },
    },
  ];
  for (const { name, path, value } of cases) {
    it(name, () => {
      assert.deepEqual(spec(...path), value);
    });
  }

  it("listens where its configuration says", () => {
    const { server, customMetrics } = parseConfig(text(), "rendered");
    assert.deepEqual(pod("containers", 0, "ports"), [
      { name: "metrics", containerPort: server.port },
      { name: "metrics-api", containerPort: customMetrics?.port },
    ]);
    assert.deepEqual(at(find(resources, "scaler-service").props, "spec", "ports"), [
      { name: "http", port: server.port, targetPort: "metrics" },
      { name: "https", port: 443, targetPort: "metrics-api" },
    ]);
  });

  it("mounts every file that its configuration names, and no other Secret", () => {
    const mounts = pod("containers", 0, "volumeMounts") as { mountPath: string }[];
    const files = [...text().matchAll(/\w+File: (\S+)/g)].map(([, file]) => file ?? "");
    assert.equal(files.length, 5);
    for (const file of files)
      assert.ok(
        mounts.some(({ mountPath }) => file.startsWith(`${mountPath}/`)),
        file,
      );
    const secrets = (pod("volumes") as { secret?: { secretName: string } }[]).flatMap(({ secret }) => secret ?? []);
    assert.deepEqual(
      secrets.map(({ secretName }) => secretName),
      ["autoscaler-tls", "rabbitmq-autoscaler", "redis-auth"],
    );
  });

  it("has the rights that its configuration needs, word for word, for its own account", () => {
    const [needed, ...others] = Map.groupBy(
      permissionsOf(parseConfig(text(), "rendered"), "jobsprint"),
      ({ namespace }) => namespace,
    ).entries();
    assert.deepEqual(others, []);
    const { props } = find(resources, "scaler-roles-jobsprint-role");
    assert.deepEqual(
      props["rules"],
      needed?.[1].flatMap(({ rules }) => rules),
    );
    assert.deepEqual(find(resources, "scaler-roles-jobsprint-binding").props["subjects"], [
      { kind: "ServiceAccount", name: "autoscaler", namespace: "jobsprint" },
    ]);
  });

  it("scales Deployments that the catalogue leaves to it", () => {
    const { targets } = parse(text()) as { targets: { scaleTargetRef: { name: string } }[] };
    assert.deepEqual(
      targets.map(({ scaleTargetRef }) => scaleTargetRef.name),
      ["n8n-worker", "workflow-worker"],
    );
  });

  it("starts anew when its configuration or the authority changes", async () => {
    const checksum = (all: readonly CapturedResource[]): unknown =>
      at(find(all, "scaler-deployment").props, "spec", "template", "metadata", "annotations", "checksum/config");
    const others = [await build({ sizing: sizing.large }), await build({ authorityChecksum: "2" })];
    assert.equal(new Set([resources, ...others].map(checksum)).size, 3);
  });

  it("speaks to the API server, the broker, Redis and the pods that it reads, and is read by Prometheus", () => {
    const { props } = find(resources, "scaler-traffic");
    const portsOf = (rules: unknown): number[] =>
      (rules as { ports: { port: number }[] }[]).flatMap(({ ports }) => ports.map(({ port }) => port));
    assert.deepEqual(portsOf(at(props, "spec", "egress")), [53, 53, 443, 6443, 5671, 15_671, 6379, 9464]);
    assert.deepEqual(portsOf(at(props, "spec", "ingress")), ["metrics", "metrics-api"]);
    assert.deepEqual(at(props, "spec", "ingress", 1, "from"), [{ ipBlock: { cidr: "10.0.0.0/16" } }]);
  });

  it("serves what the gateway's HPA asks for, from the gateway's own count, and what the workers' marks go by", () => {
    const { customMetrics } = parseConfig(text(), "rendered");
    assert.deepEqual(
      customMetrics?.metrics.map(({ name, pods, target, podMetrics }) => [
        name,
        pods?.matchLabels ?? target?.name,
        podMetrics?.counter,
      ]),
      [
        ["requests_per_second", { "app.kubernetes.io/name": "api-gateway" }, "http_requests_total"],
        ["executions_per_second", "workflow-worker", undefined],
      ],
    );
  });

  it("is where the API server looks for custom metrics, under a name that its certificate bears", () => {
    const spec = find(resources, "scaler-custom-metrics-service").props["spec"] as Record<string, unknown>;
    const { caBundle, ...others } = spec;
    assert.equal(Buffer.from(String(caBundle), "base64").toString(), stand("ca-certificate", "certPem"));
    assert.deepEqual(others, {
      group: "custom.metrics.k8s.io",
      version: "v1beta2",
      groupPriorityMinimum: 100,
      versionPriority: 100,
      service: { name: "autoscaler", namespace: "jobsprint", port: 443 },
    });
    const names = find(resources, "scaler-certificate-request").props["dnsNames"] as string[];
    assert.ok(names.includes("autoscaler.jobsprint.svc"));
  });

  it("may ask who calls and what that one may do, by roles that every cluster has", () => {
    const bindings = [
      { kind: "ClusterRoleBinding", role: "system:auth-delegator", where: undefined },
      { kind: "RoleBinding", role: "extension-apiserver-authentication-reader", where: "kube-system" },
    ];
    for (const { kind, role, where } of bindings) {
      const found = ofKind(resources, kind).find(({ props }) => at(props, "roleRef", "name") === role);
      assert.equal(at(found?.props, "metadata", "namespace"), where);
      const suffix = role.replaceAll(":", "-");
      assert.equal(at(found?.props, "metadata", "name"), `jobsprint-autoscaler-${suffix}`);
      assert.deepEqual(at(found?.props, "subjects"), [
        { kind: "ServiceAccount", name: "autoscaler", namespace: "jobsprint" },
      ]);
    }
  });
});
