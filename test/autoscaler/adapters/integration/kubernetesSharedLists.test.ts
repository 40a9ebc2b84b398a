import assert from "node:assert/strict";
import { Competitors } from "../../../../autoscaler/src/adapters/kubernetes/workload/competitors.ts";
import type { KubernetesPod } from "../../../../autoscaler/src/adapters/kubernetes/pods/pod.ts";
import { PodSamples } from "../../../../autoscaler/src/adapters/kubernetes/pods/podSamples.ts";
import { ResourceMetric } from "../../../../autoscaler/src/adapters/kubernetes/pods/resourceMetric.ts";
import type { Reading } from "../../../../autoscaler/src/core/model.ts";
import { ManualClock } from "../../control/manualClock.ts";
import { LoopbackApiServer, hang, json, settled as settledBy, status } from "../loopbackApiServer.ts";
import type { Answer } from "../loopbackApiServer.ts";

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

describe("what the targets of a namespace share", () => {
  const server = new LoopbackApiServer();
  let clock: ManualClock;
  let notices: string[];
  const { signal } = new AbortController();

  before(() => server.start());

  beforeEach(() => {
    server.reset();
    notices = [];
    clock = new ManualClock(Date.UTC(2026, 10, 24, 10, 0, 30) / 1000);
  });

  after(() => {
    server.stop();
  });

  const settled = <T>(call: Promise<T>) => settledBy(call, clock);

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
      const samples = new PodSamples({ api: server.api(), clock, namespace: "jobsprint", signal });
      return settled(metricOf(samples, resource, listed).read(signal));
    }

    it("is the pods' usage in percent of their request", async () => {
      server.answers = [json(podMetrics)];
      const reading = await read("cpu", [pod("a"), pod("b"), pod("c"), pod("d", { phase: "Pending" })]);
      assert.deepEqual(reading, {
        value: 100,
        observedAt: Date.UTC(2026, 10, 24, 10, 0, 21) / 1000,
        pods: { measured: 2, unready: 1, missing: 1 },
      });
      assert.deepEqual(server.requests, ["GET /apis/metrics.k8s.io/v1beta1/namespaces/jobsprint/pods"]);
    });

    it("of many targets comes from one list, and from a new one a few seconds later", async () => {
      server.answers = [json(podMetrics), json({ ...podMetrics, items: [] })];
      const samples = new PodSamples({ api: server.api(), clock, namespace: "jobsprint", signal });
      const targets = Array.from({ length: 100 }, () => metricOf(samples, "memory", [pod("a")]));
      const readAll = () => settled(Promise.all(targets.map((target) => target.read(signal))));
      assert.deepEqual(new Set((await readAll()).map((reading) => "value" in reading && reading.value)), new Set([50]));
      clock.offset += 4;
      await readAll();
      assert.equal(server.requests.length, 1);
      clock.offset += 2;
      assert.ok((await readAll()).every((reading) => "error" in reading));
      assert.equal(server.requests.length, 2);
    });

    it("of a target that waits no longer leaves the list to the others", async () => {
      server.answers = [hang];
      const samples = new PodSamples({ api: server.api(), clock, namespace: "jobsprint", signal });
      const impatient = await metricOf(samples, "memory", [pod("a")]).read(AbortSignal.abort(new Error("tick ended")));
      assert.match("error" in impatient ? impatient.error : "", /tick ended/);
    });

    it("of memory", async () => {
      server.answers = [json(podMetrics)];
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
        server.answers = answered();
        const reading = await read("cpu", listed?.());
        assert.match("error" in reading ? reading.error : "", message);
      });
    }
  });

  describe("other autoscalers", () => {
    const item = (name: string, scaleTargetRef: object) => ({ metadata: { name }, spec: { scaleTargetRef } });
    const list = (...items: object[]) => json({ items });
    const worker = { kind: "Deployment", name: "worker" };

    function competitors(): Competitors {
      const onNotice = (notice: string) => notices.push(notice);
      return new Competitors({ api: server.api(), clock, namespace: "jobsprint", signal, onNotice });
    }

    /** The server answers both lists at once, so each answer goes by its path. */
    function answerBy(autoscalers: Answer, scaledObjects: Answer): void {
      const byPath: Answer = (request, response) => {
        (request.url?.includes("keda.sh") === true ? scaledObjects : autoscalers)(request, response);
      };
      server.answers = Array.from({ length: 10 }, () => byPath);
    }

    it("are listed once for all who ask within a period", async () => {
      answerBy(list(item("rival", { apiVersion: "apps/v1", ...worker })), list());
      const shared = competitors();
      assert.equal(shared.of(worker), undefined);
      await shared.refresh();
      for (let target = 0; target < 100; target++)
        assert.deepEqual(shared.of(worker), ["HorizontalPodAutoscaler rival"]);
      assert.deepEqual(shared.of({ kind: "Deployment", name: "other" }), []);
      assert.equal(server.requests.length, 2);
      clock.offset += 10;
      shared.of(worker);
      await shared.refresh();
      assert.equal(server.requests.length, 4);
    });

    const cases: [string, Answer, Answer, readonly string[] | undefined][] = [
      ["none when KEDA is not installed", list(), status(404, "no such API"), []],
      ["unknown when one kind is forbidden and the other names none", list(), status(403, "forbidden"), undefined],
      [
        "what is known when one kind is forbidden",
        status(403, "forbidden"),
        list(item("keda", { name: "worker" })),
        ["ScaledObject keda"],
      ],
      ["unknown while the API server is busy", status(503, "busy"), list(), undefined],
      [
        "none when only another kind or API has the name",
        list(item("a", { ...worker, apiVersion: "apps/v1", kind: "StatefulSet" })),
        list(item("b", { ...worker, apiVersion: "argoproj.io/v1alpha1" })),
        [],
      ],
    ];
    for (const [name, autoscalers, scaledObjects, expected] of cases) {
      it(`are ${name}`, async () => {
        answerBy(autoscalers, scaledObjects);
        const shared = competitors();
        await shared.refresh();
        assert.deepEqual(shared.of(worker), expected);
      });
    }

    it("are unknown again a minute after the last answer", async () => {
      answerBy(list(), list());
      const shared = competitors();
      await shared.refresh();
      answerBy(status(503, "busy"), status(503, "busy"));
      clock.offset += 59;
      assert.deepEqual(shared.of(worker), []);
      clock.offset += 2;
      assert.equal(shared.of(worker), undefined);
    });
  });
});
