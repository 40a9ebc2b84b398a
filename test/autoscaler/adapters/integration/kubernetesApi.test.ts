import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { KubeConfig } from "@kubernetes/client-node";
import { loadKubeConfig } from "../../../../autoscaler/src/adapters/kubernetes/client.ts";
import type { KubernetesPod } from "../../../../autoscaler/src/adapters/kubernetes/pod.ts";
import { PodSampleReader } from "../../../../autoscaler/src/adapters/kubernetes/podSamples.ts";
import { ResourceMetric } from "../../../../autoscaler/src/adapters/kubernetes/resourceMetric.ts";
import { KubernetesScaleTarget } from "../../../../autoscaler/src/adapters/kubernetes/scaleTarget.ts";
import type { Reading } from "../../../../autoscaler/src/core/model.ts";
import { ManualClock } from "../../control/manualClock.ts";

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

const status =
  (code: number, message: string, headers: Record<string, string> = {}): Answer =>
  (_, response) => {
    response.writeHead(code, { "content-type": "application/json", ...headers });
    response.end(JSON.stringify({ kind: "Status", apiVersion: "v1", status: "Failure", code, message }));
  };

const json =
  (body: unknown): Answer =>
  (_, response) => {
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify(body));
  };

const scale = json({
  ...{ kind: "Scale", apiVersion: "autoscaling/v1", spec: { replicas: 3 } },
  metadata: { name: "worker", namespace: "jobsprint", uid: "u-1", resourceVersion: "7" },
  status: { replicas: 3, selector: "app=worker" },
});

const hang: Answer = () => undefined;

// In the shape of metrics-server: one pod of two containers, one of one, one without a CPU sample.
const podMetrics = {
  kind: "PodMetricsList",
  apiVersion: "metrics.k8s.io/v1beta1",
  metadata: {},
  items: [
    {
      metadata: {
        name: "a",
        namespace: "jobsprint",
        creationTimestamp: "2026-11-24T10:00:40Z",
        labels: { app: "worker" },
      },
      timestamp: "2026-11-24T10:00:25Z",
      window: "10.062s",
      containers: [
        { name: "main", usage: { cpu: "40123456n", memory: "32Mi" } },
        { name: "proxy", usage: { cpu: "9876544n", memory: "32Mi" } },
      ],
    },
    {
      metadata: {
        name: "b",
        namespace: "jobsprint",
        creationTimestamp: "2026-11-24T10:00:40Z",
        labels: { app: "worker" },
      },
      timestamp: "2026-11-24T10:00:21Z",
      window: "15s",
      containers: [{ name: "main", usage: { cpu: "150m", memory: "131072Ki" } }],
    },
    {
      metadata: {
        name: "c",
        namespace: "jobsprint",
        creationTimestamp: "2026-11-24T10:00:40Z",
        labels: { app: "worker" },
      },
      timestamp: "2026-11-24T10:00:21Z",
      window: "15s",
      containers: [{ name: "main", usage: { memory: "1Mi" } }],
    },
  ],
};

describe("adapters/kubernetes over a loopback API server", () => {
  let server: Server;
  let answers: Answer[];
  let requests: string[];
  let connections: number;
  let clock: ManualClock;
  const { signal } = new AbortController();
  const folder = mkdtempSync(join(tmpdir(), "kubeconfig-"));
  const kubeconfigFile = join(folder, "config");

  before(async () => {
    server = createServer((request, response) => {
      requests.push(`${request.method ?? ""} ${request.url ?? ""}`);
      (answers.shift() ?? hang)(request, response);
    });
    server.on("connection", () => connections++);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const kubeConfig = new KubeConfig();
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    kubeConfig.loadFromClusterAndUser({ name: "c", server: url, skipTLSVerify: true }, { name: "u", token: "s3cret" });
    writeFileSync(kubeconfigFile, kubeConfig.exportConfig());
  });

  beforeEach(() => {
    answers = [];
    requests = [];
    connections = 0;
    clock = new ManualClock(Date.UTC(2026, 10, 24, 10, 0, 30) / 1000);
  });

  after(() => {
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true });
  });

  function target(): KubernetesScaleTarget {
    const ref = { apiVersion: "apps/v1", kind: "Deployment", name: "worker", namespace: "jobsprint" };
    return new KubernetesScaleTarget(loadKubeConfig(kubeconfigFile), ref, clock);
  }

  /** Moves the clock on until the call has ended. */
  async function settled<T>(call: Promise<T>): Promise<T> {
    const progress = { ended: false };
    const marked = call.finally(() => (progress.ended = true));
    marked.catch(() => undefined);
    while (!progress.ended) await clock.advance(0.1);
    return marked;
  }

  describe("reads", () => {
    for (const code of [429, 500, 503]) {
      it(`are repeated after HTTP ${code}`, async () => {
        answers = [status(code, "busy"), status(code, "busy"), scale];
        assert.deepEqual(await settled(target().get(signal)), { replicas: 3, resourceVersion: "7" });
        assert.equal(requests.length, 3);
      });
    }

    it("are given up after three tries", async () => {
      answers = [status(503, "busy"), status(503, "busy"), status(503, "still busy"), scale];
      await assert.rejects(settled(target().get(signal)), { kind: "unavailable", message: /HTTP 503: still busy/ });
      assert.equal(requests.length, 3);
    });

    it("wait as long as the server asks, but no longer than a second", async () => {
      answers = [status(429, "slow down", { "retry-after": "60" }), scale];
      const begin = clock.time;
      await settled(target().get(signal));
      assert.ok(clock.time - begin >= 1 && clock.time - begin < 1.5, String(clock.time - begin));
    });

    it("are not repeated after a refusal", async () => {
      answers = [status(403, 'deployments.apps "worker" is forbidden')];
      await assert.rejects(settled(target().get(signal)), { kind: "forbidden" });
      assert.equal(requests.length, 1);
    });

    it("end with the caller's signal, and no error shows the token", async () => {
      answers = [hang];
      const caller = new AbortController();
      const call = target().get(caller.signal);
      call.catch(() => undefined);
      setImmediate(() => {
        caller.abort();
      });
      await assert.rejects(call, (error: Error) => {
        assert.equal(error.message.includes("s3cret"), false);
        return error.name === "ScaleError";
      });
    });

    it("share connections", async () => {
      const shared = target();
      for (let call = 0; call < 20; call++) {
        answers = [scale];
        await shared.get(signal);
      }
      // The client may open a second one before the first is free again.
      assert.ok(connections <= 2, `${connections} connections`);
    });
  });

  it("a write is not repeated blindly", async () => {
    answers = [status(500, "etcd is slow"), scale];
    const write = target().patch({ replicas: 3, resourceVersion: "7" }, 4, signal);
    await assert.rejects(settled(write), { kind: "unavailable" });
    assert.equal(requests.length, 1);
  });

  it("a conflict that never ends is told after five tries", async () => {
    const conflict = status(409, "the object has been modified");
    answers = [conflict, scale, conflict, scale, conflict, scale, conflict, scale, conflict, scale];
    const write = target().patch({ replicas: 3, resourceVersion: "6" }, 4, signal);
    await assert.rejects(settled(write), { kind: "conflict", message: /HTTP 409: the object has been modified/ });
    assert.equal(requests.filter((request) => request.startsWith("PATCH")).length, 5);
  });

  describe("resource metric", () => {
    const pod = (name: string, differences: Partial<KubernetesPod> = {}): KubernetesPod => ({
      ...{ name, address: "", phase: "Running", ready: true, terminating: false, withoutRequest: {} },
      ...{
        startedAt: clock.time - 3600,
        readyChangedAt: clock.time - 3600,
        cpuRequest: 0.1,
        memoryRequest: 128 * 2 ** 20,
      },
      ...differences,
    });

    function read(resource: "cpu" | "memory", listed?: readonly KubernetesPod[]): Promise<Reading> {
      const samples = new PodSampleReader(loadKubeConfig(kubeconfigFile), clock);
      const pods = { list: () => listed };
      const metric = new ResourceMetric({
        ...{ resource, namespace: "jobsprint", selector: () => "app=worker", pods, samples, clock },
      });
      return settled(metric.read(signal));
    }

    it("is the pods' usage in percent of their request", async () => {
      answers = [json(podMetrics)];
      const reading = await read("cpu", [pod("a"), pod("b"), pod("c"), pod("d", { phase: "Pending" })]);
      assert.deepEqual(reading, {
        value: 100,
        observedAt: Date.UTC(2026, 10, 24, 10, 0, 21) / 1000,
        pods: { measured: 2, unready: 1, missing: 1 },
      });
      assert.deepEqual(requests, [
        "GET /apis/metrics.k8s.io/v1beta1/namespaces/jobsprint/pods?labelSelector=app%3Dworker",
      ]);
    });

    it("of memory", async () => {
      answers = [json(podMetrics)];
      const reading = await read("memory", [pod("a"), pod("b")]);
      assert.equal("value" in reading && reading.value, 75);
    });

    const failures: [string, () => Answer[], (() => KubernetesPod[]) | undefined, RegExp][] = [
      [
        "metrics-server is not installed",
        () => [status(404, "no such API")],
        () => [pod("a")],
        /HTTP 404: no such API/,
      ],
      ["the pods are unknown", () => [json(podMetrics)], undefined, /pods are not known/],
      [
        "no pod has a sample",
        () => [json({ ...podMetrics, items: [] })],
        () => [pod("a")],
        /no pod has a sample of cpu/,
      ],
      [
        "the answer is no list",
        () => [json({ kind: "Surprise" })],
        () => [pod("a")],
        /metrics.k8s.io pods of jobsprint/,
      ],
    ];
    for (const [name, answered, listed, message] of failures) {
      it(`is an error when ${name}`, async () => {
        answers = answered();
        const reading = await read("cpu", listed?.());
        assert.match("error" in reading ? reading.error : "", message);
      });
    }
  });

  it("without a kubeconfig outside a cluster the error says so", function () {
    if (process.env["KUBERNETES_SERVICE_HOST"] !== undefined) this.skip();
    assert.throws(() => loadKubeConfig(), /no kubeconfig file is given/);
  });
});
