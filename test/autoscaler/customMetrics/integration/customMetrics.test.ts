import assert from "node:assert/strict";
import { join } from "node:path";
import { AppsV1Api, AutoscalingV2Api } from "@kubernetes/client-node";
import { apply, loadKubeConfig } from "../../../../local/kubernetes/apply.ts";
import { createAuthority, issueCertificate, type Certificate } from "../../../../local/kubernetes/certificates.ts";
import { readFileSync } from "node:fs";
import { until } from "../../../support/until.ts";
import { namespace, Rig, values, type Credentials } from "../rig.ts";

interface Values {
  readonly items: readonly { describedObject: { name: string }; value: string; windowSeconds: number }[];
}

const deployment = (name: string, replicas: number): object => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name, namespace },
  spec: {
    replicas,
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: { containers: [{ name, image: name }], terminationGracePeriodSeconds: 0 },
    },
  },
});

const hpa = {
  apiVersion: "autoscaling/v2",
  kind: "HorizontalPodAutoscaler",
  metadata: { name: "gateway", namespace },
  spec: {
    scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "gateway" },
    minReplicas: 1,
    maxReplicas: 4,
    metrics: [
      {
        type: "Pods",
        pods: { metric: { name: "requests_per_second" }, target: { type: "AverageValue", averageValue: "100" } },
      },
    ],
    behavior: {
      scaleDown: { stabilizationWindowSeconds: 0, policies: [{ type: "Pods", value: 1, periodSeconds: 5 }] },
    },
  },
};

describe("custom.metrics.k8s.io served to a real control plane", function () {
  this.timeout(120_000);
  let rig: Rig;
  const certificates: Record<string, Certificate> = {};
  const issue = async (name: string, commonName: string, authority: Certificate): Promise<void> => {
    certificates[name] = await issueCertificate(rig.controlPlane.folder, authority, { name, commonName });
  };
  const list = async (path = values): Promise<Values> => {
    const { status, body } = await rig.raw(path);
    assert.equal(status, 200, body);
    return JSON.parse(body) as Values;
  };

  before(async function () {
    this.timeout(30 * 60_000);
    rig = await Rig.start();
    const { ca, frontProxyCa } = rig.controlPlane.certificates;
    await issue("stranger", "admin", await createAuthority(rig.controlPlane.folder, "strange-ca"));
    await issue("wrongName", "somebody-else", frontProxyCa);
    await issue("proxy", "front-proxy-client", frontProxyCa);
    await issue("proxyOfClients", "front-proxy-client", ca);
    await issue("jane", "jane", ca);
    await issue("reader", "reader", ca);
    const role = { apiVersion: "rbac.authorization.k8s.io/v1", metadata: { name: "reader", namespace } };
    const objects = [
      {
        ...role,
        kind: "Role",
        rules: [{ apiGroups: ["custom.metrics.k8s.io"], resources: ["pods/requests_per_second"], verbs: ["get"] }],
      },
      {
        ...{ ...role, kind: "RoleBinding" },
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "reader" },
        subjects: [
          { kind: "User", name: "reader" },
          { kind: "ServiceAccount", name: "metrics-reader", namespace },
        ],
      },
      { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "metrics-reader", namespace } },
      deployment("gateway", 2),
      deployment("worker", 1),
    ];
    await apply(rig.controlPlane, objects.map((object) => JSON.stringify(object)).join("\n---\n"));
    rig.pods.perSecond = 50;
    await until("each pod has a value", async () => (await list()).items.length === 2, 60);
  });

  after(() => rig.stop());

  it("is told of by discovery", async () => {
    const { status, body } = await rig.raw("/apis/custom.metrics.k8s.io/v1beta2");
    assert.equal(status, 200, body);
    const { resources } = JSON.parse(body) as { resources: { name: string }[] };
    assert.deepEqual(
      resources.map(({ name }) => name),
      ["pods/requests_per_second", "pods/executions_per_second"],
    );
  });

  it("tells each pod's own rate with time and window", async () => {
    const { items } = await list(`${values}?labelSelector=app%3Dgateway`);
    assert.equal(items.length, 2);
    for (const { value, windowSeconds } of items) {
      const rate = value.endsWith("m") ? Number(value.slice(0, -1)) / 1000 : Number(value);
      // Figures are the unit tests' matter, which set the clock.
      assert.ok(rate > 0, value);
      assert.ok(windowSeconds >= 1, String(windowSeconds));
    }
    const [first] = items;
    assert.equal((await list(values.replace("*", first?.describedObject.name ?? ""))).items.length, 1);
    assert.deepEqual((await list(`${values}?labelSelector=app%3Dother`)).items, []);
  });

  const callers: { name: string; credentials: () => Credentials; status: number }[] = [
    { name: "nobody", credentials: () => ({}), status: 401 },
    {
      name: "a name without a certificate",
      credentials: () => ({ headers: { "X-Remote-User": "admin" } }),
      status: 401,
    },
    {
      name: "a certificate of a strange authority",
      credentials: () => ({ certificate: certificates["stranger"]! }),
      status: 401,
    },
    {
      name: "the aggregation layer's authority under another name",
      credentials: () => ({ certificate: certificates["wrongName"]!, headers: { "X-Remote-User": "reader" } }),
      status: 401,
    },
    {
      name: "the aggregation layer's name under the clients' authority",
      credentials: () => ({ certificate: certificates["proxyOfClients"]!, headers: { "X-Remote-User": "reader" } }),
      status: 403,
    },
    {
      name: "the aggregation layer without a user",
      credentials: () => ({ certificate: certificates["proxy"]!, headers: { "X-Remote-Group": "system:masters" } }),
      status: 401,
    },
    { name: "a made-up token", credentials: () => ({ headers: { authorization: "Bearer x.y.z" } }), status: 401 },
    { name: "a user without the right", credentials: () => ({ certificate: certificates["jane"]! }), status: 403 },
    {
      name: "a user without the right through the aggregation layer",
      credentials: () => ({ certificate: certificates["proxy"]!, headers: { "X-Remote-User": "jane" } }),
      status: 403,
    },
    { name: "a user with the right", credentials: () => ({ certificate: certificates["reader"]! }), status: 200 },
    {
      name: "a user with the right through the aggregation layer",
      credentials: () => ({ certificate: certificates["proxy"]!, headers: { "X-Remote-User": "reader" } }),
      status: 200,
    },
  ];
  for (const { name, credentials, status } of callers)
    it(`answers ${status} to ${name}`, async () => {
      const answer = await rig.ask(values, credentials());
      assert.equal(answer.status, status, answer.body);
      if (status !== 200) assert.equal((JSON.parse(answer.body) as { code: number }).code, status);
    });

  it("answers 200 to a service account's token, and 403 elsewhere", async () => {
    const file = await rig.controlPlane.kubeconfigFor({ serviceAccount: "metrics-reader", namespace });
    const token = loadKubeConfig(file).getCurrentUser()?.token ?? "";
    const headers = { authorization: `Bearer ${token}` };
    assert.equal((await rig.ask(values, { headers })).status, 200);
    assert.equal((await rig.ask(values.replace(namespace, "default"), { headers })).status, 403);
  });

  it("tells nobody without the right which metrics there are", async () => {
    for (const path of [values.replace("requests", "orders"), values.replace("*", "nobody")])
      assert.equal((await rig.ask(path, { certificate: certificates["jane"]! })).status, 403);
  });

  it("answers 403 through the API server to nobody and to a user without the right", async () => {
    const anonymous = await rig.raw(values, null);
    assert.equal(anonymous.status, 403, anonymous.body);
    assert.equal((await rig.raw(values, certificates["jane"])).status, 403);
    assert.equal((await rig.raw(values, certificates["reader"])).status, 200);
  });

  it("answers 404 to an unknown metric and an unknown pod, and 400 to a selector that is none", async () => {
    assert.equal((await rig.raw(values.replace("requests", "orders"))).status, 404);
    assert.equal((await rig.raw(values.replace("*", "nobody"))).status, 404);
    assert.equal((await rig.raw(`${values}?labelSelector=a%3D%3D%3Db`)).status, 400);
    assert.equal((await rig.raw(`${values}?metricLabelSelector=a%3Db`)).status, 400);
  });

  it("is served by the replica that does not lead as well, also for a target's metric", async () => {
    const certificate = rig.controlPlane.certificates.admin;
    for (const replica of [0, 1])
      for (const path of [values, values.replace("requests", "executions")])
        await until(`replica ${replica} knows ${path}`, async () => {
          const { body } = await rig.ask(path, { certificate }, replica);
          return (JSON.parse(body) as Partial<Values>).items?.length === (path === values ? 2 : 1);
        });
  });

  it("lets a real HPA raise the count, hold it while values are missing, and lower it by its behavior", async () => {
    const kubeConfig = loadKubeConfig(rig.controlPlane.kubeconfigFile);
    const apps = kubeConfig.makeApiClient(AppsV1Api);
    const autoscaling = kubeConfig.makeApiClient(AutoscalingV2Api);
    const replicas = async (): Promise<number> =>
      (await apps.readNamespacedDeployment({ name: "gateway", namespace })).spec?.replicas ?? 0;
    const active = async (): Promise<string> => {
      const { status } = await autoscaling.readNamespacedHorizontalPodAutoscalerStatus({ name: "gateway", namespace });
      const condition = status?.conditions?.find(({ type }) => type === "ScalingActive");
      return `${condition?.status} ${condition?.reason}`;
    };
    rig.pods.perSecond = 400;
    await apply(rig.controlPlane, JSON.stringify(hpa));
    await until("the HPA has raised the count", async () => (await replicas()) === 4, 60);
    rig.pods.answer = false;
    await until("the HPA misses the metric", async () => (await active()) === "False FailedGetPodsMetric", 60);
    assert.equal(await replicas(), 4);
    rig.pods.perSecond = 10;
    rig.pods.answer = true;
    await until("the HPA has lowered the count", async () => (await replicas()) === 1, 90);
  });

  it("shows a renewed certificate without a restart", async () => {
    const { folder } = rig.controlPlane;
    const subjectAltNames = [`DNS:autoscaler.${namespace}.svc`, "IP:127.0.0.1"];
    const before = readFileSync(join(folder, "served.crt"), "utf8");
    await issueCertificate(folder, rig.authority, { name: "served", commonName: "renewed", subjectAltNames });
    assert.notEqual(readFileSync(join(folder, "served.crt"), "utf8"), before);
    await until("it is shown", async () => (await rig.subject()).includes("renewed"), 30);
  });

  it("lets nobody through while the API server is away", async () => {
    const certificate = certificates["reader"]!;
    await rig.controlPlane.stopApiServer();
    await until(
      "answers are no longer remembered",
      async () => (await rig.ask(values, { certificate })).status === 503,
      20,
    );
    await rig.controlPlane.startApiServer();
    await until("it answers again", async () => (await rig.ask(values, { certificate })).status === 200, 30);
  });
});
