import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CustomObjectsApi, KubeConfig } from "@kubernetes/client-node";
import { loadKubeConfig } from "../../../../autoscaler/src/adapters/kubernetes/client.ts";
import { Outage } from "../../../../autoscaler/src/adapters/kubernetes/outage.ts";
import type { KubernetesPod } from "../../../../autoscaler/src/adapters/kubernetes/pod.ts";
import { PodSamples } from "../../../../autoscaler/src/adapters/kubernetes/podSamples.ts";
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

const metadata = { name: "worker", namespace: "jobsprint", uid: "u-1", resourceVersion: "7" };

const workload = json({
  ...{ kind: "Deployment", apiVersion: "apps/v1", metadata },
  spec: { replicas: 3, selector: { matchLabels: { app: "worker" } } },
});

const scale = json({
  ...{ kind: "Scale", apiVersion: "autoscaling/v1", metadata, spec: { replicas: 3 } },
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
  let notices: string[];
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
    notices = [];
    clock = new ManualClock(Date.UTC(2026, 10, 24, 10, 0, 30) / 1000);
  });

  after(() => {
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true });
  });

  const api = () => loadKubeConfig(kubeconfigFile).makeApiClient(CustomObjectsApi);

  /** One whose watch never comes up. */
  function target(mayWrite = () => true, outage = new Outage(clock)): KubernetesScaleTarget {
    const ref = { apiVersion: "apps/v1", kind: "Deployment", name: "worker", namespace: "jobsprint" };
    const workloads = { isLive: () => false, get: () => undefined };
    const competitors = { of: () => undefined };
    const onNotice = (notice: string) => notices.push(notice);
    return new KubernetesScaleTarget(ref, { api: api(), clock, outage, workloads, competitors, mayWrite, onNotice });
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
        answers = [status(code, "busy"), status(code, "busy"), workload];
        assert.deepEqual(await settled(target().get(signal)), { replicas: 3, resourceVersion: "7" });
        assert.equal(requests.length, 3);
      });
    }

    it("are given up after three tries", async () => {
      answers = [status(503, "busy"), status(503, "busy"), status(503, "still busy"), workload];
      await assert.rejects(settled(target().get(signal)), { kind: "unavailable", message: /HTTP 503: still busy/ });
      assert.equal(requests.length, 3);
    });

    it("wait as long as the server asks, but no longer than a second", async () => {
      answers = [status(429, "slow down", { "retry-after": "60" }), workload];
      const begin = clock.time;
      await settled(target().get(signal));
      assert.ok(clock.time - begin >= 1 && clock.time - begin < 1.5, String(clock.time - begin));
    });

    it("are not repeated after a refusal, but for the scale alone", async () => {
      answers = [status(403, "deployments are forbidden"), status(403, "so is their scale")];
      await assert.rejects(settled(target().get(signal)), { kind: "forbidden", message: /so is their scale/ });
      assert.equal(requests.length, 2);
    });

    it("of a workload that is forbidden are of its scale, which is said once", async () => {
      answers = [status(403, "deployments are forbidden"), scale, scale];
      const read = target();
      const known = { replicas: 3, resourceVersion: "7" };
      assert.deepEqual(await settled(read.get(signal)), known);
      assert.deepEqual(await settled(read.get(signal)), known);
      assert.deepEqual(
        requests.map((request) => request.endsWith("/scale")),
        [false, true, true],
      );
      assert.match(notices[0] ?? "", /Deployment jobsprint\/worker: only its scale may be read/);
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

    it("of many targets are one a second while the API server does not answer any", async () => {
      const busy = status(503, "busy");
      answers = [busy, busy, busy, workload, workload];
      const outage = new Outage(clock);
      const targets = Array.from({ length: 100 }, () => target(undefined, outage));
      const failure = { kind: "unavailable", message: /HTTP 503: busy/ };
      await assert.rejects(settled(targets[0]!.get(signal)), failure);
      for (const one of targets) await assert.rejects(one.get(signal), failure);
      assert.equal(requests.length, 3);
      clock.offset += 1;
      const [first, second] = targets;
      const probe = first!.get(signal);
      await assert.rejects(second!.get(signal), failure);
      assert.equal((await settled(probe)).replicas, 3);
      assert.equal((await settled(second!.get(signal))).replicas, 3);
      assert.equal(requests.length, 5);
    });

    it("share connections", async () => {
      const shared = target();
      for (let call = 0; call < 20; call++) {
        answers = [workload];
        await shared.get(signal);
      }
      // The client may open a second one before the first is free again.
      assert.ok(connections <= 2, `${connections} connections`);
    });
  });

  it("a write is not repeated blindly", async () => {
    answers = [status(500, "etcd is slow"), workload];
    const write = target().patch({ replicas: 3, resourceVersion: "7" }, 4, signal);
    await assert.rejects(settled(write), { kind: "unavailable" });
    assert.equal(requests.length, 1);
  });

  it("a conflict that never ends is told after five tries", async () => {
    const conflict = status(409, "the object has been modified");
    answers = [conflict, workload, conflict, workload, conflict, workload, conflict, workload, conflict, workload];
    const write = target().patch({ replicas: 3, resourceVersion: "6" }, 4, signal);
    await assert.rejects(settled(write), { kind: "conflict", message: /HTTP 409: the object has been modified/ });
    assert.equal(requests.filter((request) => request.startsWith("PATCH")).length, 5);
  });

  describe("the fence", () => {
    it("keeps a write from being sent at all", async () => {
      await assert.rejects(settled(target(() => false).patch({ replicas: 3, resourceVersion: "7" }, 4, signal)), {
        name: "ScaleError",
        kind: "notLeader",
        message: /Deployment jobsprint\/worker: this process may not write/,
      });
      assert.deepEqual(requests, []);
    });

    it("is asked again before the retry after a conflict", async () => {
      answers = [status(409, "the object has been modified"), workload, scale];
      const asked = [true, false];
      const write = target(() => asked.shift() ?? false).patch({ replicas: 3, resourceVersion: "6" }, 4, signal);
      await assert.rejects(settled(write), { kind: "notLeader" });
      assert.deepEqual(
        requests.map((request) => request.split(" ")[0]),
        ["PATCH", "GET"],
      );
    });
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

    function metricOf(samples: PodSamples, resource: "cpu" | "memory", listed?: readonly KubernetesPod[]) {
      return new ResourceMetric({
        ...{ resource, namespace: "jobsprint", pods: { list: () => listed }, samples, clock },
      });
    }

    function read(resource: "cpu" | "memory", listed?: readonly KubernetesPod[]): Promise<Reading> {
      const samples = new PodSamples({ api: api(), clock, namespace: "jobsprint", signal });
      return settled(metricOf(samples, resource, listed).read(signal));
    }

    it("is the pods' usage in percent of their request", async () => {
      answers = [json(podMetrics)];
      const reading = await read("cpu", [pod("a"), pod("b"), pod("c"), pod("d", { phase: "Pending" })]);
      assert.deepEqual(reading, {
        value: 100,
        observedAt: Date.UTC(2026, 10, 24, 10, 0, 21) / 1000,
        pods: { measured: 2, unready: 1, missing: 1 },
      });
      assert.deepEqual(requests, ["GET /apis/metrics.k8s.io/v1beta1/namespaces/jobsprint/pods"]);
    });

    it("of many targets comes from one list, and from a new one a few seconds later", async () => {
      answers = [json(podMetrics), json({ ...podMetrics, items: [] })];
      const samples = new PodSamples({ api: api(), clock, namespace: "jobsprint", signal });
      const targets = Array.from({ length: 100 }, () => metricOf(samples, "memory", [pod("a")]));
      const readAll = () => settled(Promise.all(targets.map((target) => target.read(signal))));
      assert.deepEqual(new Set((await readAll()).map((reading) => "value" in reading && reading.value)), new Set([50]));
      clock.offset += 4;
      await readAll();
      assert.equal(requests.length, 1);
      clock.offset += 2;
      assert.ok((await readAll()).every((reading) => "error" in reading));
      assert.equal(requests.length, 2);
    });

    it("of a target that waits no longer leaves the list to the others", async () => {
      answers = [hang];
      const samples = new PodSamples({ api: api(), clock, namespace: "jobsprint", signal });
      const impatient = await metricOf(samples, "memory", [pod("a")]).read(AbortSignal.abort(new Error("tick ended")));
      assert.match("error" in impatient ? impatient.error : "", /tick ended/);
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
