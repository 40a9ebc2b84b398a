import assert from "node:assert/strict";
import type { V1Pod } from "@kubernetes/client-node";
import { groupPods } from "../../../../autoscaler/src/adapters/kubernetes/pods/groupPods.ts";
import type { PodSample } from "../../../../autoscaler/src/adapters/kubernetes/pods/groupPods.ts";
import { toPod } from "../../../../autoscaler/src/adapters/kubernetes/pods/pod.ts";
import type { KubernetesPod } from "../../../../autoscaler/src/adapters/kubernetes/pods/pod.ts";
import { parseDuration, parseQuantity } from "../../../../autoscaler/src/adapters/kubernetes/pods/quantity.ts";
import { utilization } from "../../../../autoscaler/src/adapters/kubernetes/pods/resourceMetric.ts";

const now = 10_000;

/** A pod that has been Ready for long, with one core and 1000 bytes requested. */
function pod(differences: Partial<KubernetesPod> = {}): KubernetesPod {
  return {
    ...{ name: "a", address: "10.0.0.1", phase: "Running", ready: true, terminating: false },
    ...{ startedAt: now - 3600, readyChangedAt: now - 3590, cpuRequest: 1, memoryRequest: 1000, withoutRequest: {} },
    ...differences,
  };
}

function sample(differences: Partial<PodSample> = {}): PodSample {
  return { usage: 0.5, observedAt: now - 10, windowSeconds: 15, ...differences };
}

describe("groupPods", () => {
  const cases: [
    string,
    Partial<KubernetesPod>,
    Partial<PodSample> | null,
    "measured" | "unready" | "missing" | "none",
  ][] = [
    ["a settled pod", {}, {}, "measured"],
    ["a terminating pod", { terminating: true }, {}, "none"],
    ["a failed pod", { phase: "Failed" }, {}, "none"],
    ["a pending pod, even with a sample", { phase: "Pending" }, {}, "unready"],
    ["a pending pod without a sample", { phase: "Pending" }, null, "unready"],
    ["a running pod without a sample", {}, null, "missing"],
    ["an unready pod without a sample", { ready: false }, null, "missing"],
    ["initialising and not Ready", { startedAt: now - 60, ready: false, readyChangedAt: now - 60 }, {}, "unready"],
    ["initialising, sample from before it was Ready", { startedAt: now - 60, readyChangedAt: now - 5 }, {}, "unready"],
    [
      "initialising, window began before it was Ready",
      { startedAt: now - 60, readyChangedAt: now - 20 },
      {},
      "unready",
    ],
    [
      "initialising, whole window after it was Ready",
      { startedAt: now - 60, readyChangedAt: now - 25 },
      {},
      "measured",
    ],
    ["the last moment of initialisation", { startedAt: now - 299.9, readyChangedAt: now - 5 }, {}, "unready"],
    ["initialisation just over", { startedAt: now - 300, readyChangedAt: now - 5 }, {}, "measured"],
    ["never Ready since it started", { ready: false, readyChangedAt: now - 3575 }, {}, "unready"],
    ["lost its readiness later: its load is real", { ready: false, readyChangedAt: now - 60 }, {}, "measured"],
  ];
  for (const [name, differences, sampled, group] of cases) {
    it(`${name}: ${group}`, () => {
      const samples = new Map(sampled === null ? [] : [["a", sample(sampled)]]);
      const { measured, unready, missing } = groupPods([pod(differences)], samples, "cpu", now);
      const expected = { measured: 0, unready: 0, missing: 0, none: 0, [group]: 1 };
      assert.deepEqual([measured.length, unready, missing], [expected.measured, expected.unready, expected.missing]);
    });
  }

  it("no Ready condition or start yet: unready", () => {
    const common = { address: "", phase: "Running", ready: false, terminating: false, withoutRequest: {} };
    const unstarted = { ...common, name: "a", readyChangedAt: now - 3600 };
    const unconditioned = { ...common, name: "b", startedAt: now - 3600 };
    const samples = new Map([
      ["a", sample()],
      ["b", sample()],
    ]);
    assert.equal(groupPods([unstarted, unconditioned], samples, "cpu", now).unready, 2);
  });

  it("memory of a starting pod counts", () => {
    const starting = pod({ ready: false, startedAt: now - 60, readyChangedAt: now - 60 });
    assert.equal(groupPods([starting], new Map([["a", sample()]]), "memory", now).measured.length, 1);
  });
});

describe("utilization", () => {
  const group = (...measured: { pod: KubernetesPod; sample: PodSample }[]) => ({ measured, unready: 1, missing: 2 });

  it("is the sum of usage over the sum of requests, with the oldest sample's time", () => {
    const reading = utilization(
      group(
        { pod: pod({ cpuRequest: 1 }), sample: sample({ usage: 0.9, observedAt: now - 30 }) },
        { pod: pod({ cpuRequest: 3 }), sample: sample({ usage: 0.3, observedAt: now - 10 }) },
      ),
      "cpu",
    );
    assert.deepEqual(reading, { value: 30, observedAt: now - 30, pods: { measured: 2, unready: 1, missing: 2 } });
  });

  it("is not truncated", () => {
    assert.equal("value" in utilization(group({ pod: pod(), sample: sample({ usage: 0.8057 }) }), "cpu"), true);
    const reading = utilization(group({ pod: pod({ memoryRequest: 1024 }), sample: sample({ usage: 1 }) }), "memory");
    assert.equal("value" in reading && reading.value, 0.09765625);
  });

  const errors: [string, Parameters<typeof utilization>[0], RegExp][] = [
    [
      "no measured pod",
      { measured: [], unready: 3, missing: 2 },
      /no pod has a sample of cpu \(3 not ready, 2 without\)/,
    ],
    [
      "a container without a request",
      group({ pod: pod({ name: "web-1", withoutRequest: { cpu: "proxy" } }), sample: sample() }),
      /container proxy of pod web-1 requests no cpu/,
    ],
    ["requests of zero", group({ pod: pod({ cpuRequest: 0 }), sample: sample() }), /add up to 0/],
  ];
  for (const [name, grouped, message] of errors) {
    it(`${name} is an error, not a number`, () => {
      const reading = utilization(grouped, "cpu");
      assert.match("error" in reading ? reading.error : "", message);
    });
  }
});

describe("toPod", () => {
  /** As a watch gives it: plain JSON. */
  const read = (pod: object) => toPod(JSON.parse(JSON.stringify(pod)) as V1Pod);
  const container = (cpu?: string) => ({
    name: "main",
    ...(cpu !== undefined && { resources: { requests: { cpu } } }),
  });

  it("reads a pod of a watch, whose dates are text", () => {
    const got = read({
      metadata: { name: "a" },
      spec: { containers: [container("250m")] },
      status: {
        ...{ phase: "Running", podIP: "10.1.2.3", startTime: "2026-01-01T00:00:00Z" },
        conditions: [{ type: "Ready", status: "True", lastTransitionTime: "2026-01-01T00:00:05Z" }],
      },
    });
    const start = Date.UTC(2026, 0, 1) / 1000;
    assert.deepEqual(got, {
      ...{ name: "a", address: "10.1.2.3", phase: "Running", ready: true, terminating: false },
      ...{ startedAt: start, readyChangedAt: start + 5, cpuRequest: 0.25, withoutRequest: { memory: "main" } },
    });
  });

  it("reads a pod that has only been accepted", () => {
    const got = read({ metadata: { name: "a" }, spec: { containers: [container()] }, status: { phase: "Pending" } });
    assert.deepEqual(got, {
      ...{ name: "a", address: "", phase: "Pending", ready: false, terminating: false },
      withoutRequest: { cpu: "main", memory: "main" },
    });
  });

  it("a terminating pod is told as one", () => {
    assert.equal(read({ metadata: { name: "a", deletionTimestamp: new Date() } }).terminating, true);
  });

  const requests: [string, object, number][] = [
    ["containers add up", { containers: [container("100m"), container("1")] }, 1.1],
    [
      "a sidecar among the init containers counts, others do not",
      {
        containers: [container("1")],
        initContainers: [{ ...container("2"), restartPolicy: "Always" }, container("4")],
      },
      3,
    ],
    ["the pod's own request wins", { containers: [container()], resources: { requests: { cpu: "2" } } }, 2],
  ];
  for (const [name, spec, cores] of requests) {
    it(name, () => {
      assert.equal(read({ spec }).cpuRequest, cores);
    });
  }
});

describe("quantities and durations of the API", () => {
  const quantities: [string, number][] = [
    ["12345n", 0.000012345],
    ["250m", 0.25],
    ["2", 2],
    ["1e3", 1000],
    ["0", 0],
    ["64Mi", 67_108_864],
    ["1G", 1e9],
    ["128974848000m", 128_974_848],
  ];
  for (const [text, value] of quantities) {
    it(`quantity ${text}`, () => {
      assert.equal(parseQuantity(text), value);
    });
  }

  const durations: [string, number][] = [
    ["15s", 15],
    ["10.062s", 10.062],
    ["1m0s", 60],
    ["1h2m3s", 3723],
    ["500ms", 0.5],
  ];
  for (const [text, seconds] of durations) {
    it(`duration ${text}`, () => {
      assert.equal(parseDuration(text), seconds);
    });
  }

  for (const text of ["", "abc", "12x", "Mi"]) {
    it(`"${text}" is neither`, () => {
      assert.throws(() => parseQuantity(text));
      assert.throws(() => parseDuration(text), /is no duration/);
    });
  }
});
