import assert from "node:assert/strict";
import type { CoreV1Event, V1ContainerStatus, V1Pod } from "@kubernetes/client-node";
import { podTrouble } from "../../../../local/stack/diagnosis/podTrouble.ts";

interface Case {
  what: string;
  status: object;
  spec?: object;
  metadata?: object;
  events?: object[];
  expected: string | undefined;
  log?: object;
}

const container = (more: object): Partial<V1ContainerStatus> => ({
  ...{ name: "main", image: "localhost/jobsprint/redis:8", imageID: "", ready: false, restartCount: 0 },
  ...more,
});
const running = { running: { startedAt: new Date(0) } };
const main = "involvedObject";
const probe = (message: string): object => ({
  ...{ reason: "Unhealthy", message },
  [main]: { fieldPath: "spec.containers{main}" },
});

const cases: Case[] = [
  {
    what: "Ready",
    status: { phase: "Running", conditions: [{ type: "Ready", status: "True" }] },
    expected: undefined,
  },
  { what: "a finished pod of a Job", status: { phase: "Succeeded" }, expected: undefined },
  {
    what: "without room",
    status: {
      phase: "Pending",
      conditions: [
        {
          type: "PodScheduled",
          status: "False",
          reason: "Unschedulable",
          message: "0/1 nodes are available: 1 Insufficient cpu.",
        },
      ],
    },
    expected: "is not scheduled: 0/1 nodes are available: 1 Insufficient cpu.",
  },
  {
    what: "without its image",
    status: {
      containerStatuses: [
        container({ state: { waiting: { reason: "ImagePullBackOff", message: "Back-off pulling image" } } }),
      ],
    },
    expected:
      "container main does not get its image localhost/jobsprint/redis:8: ImagePullBackOff: Back-off pulling image",
  },
  {
    what: "with a Secret that is missing",
    status: {
      containerStatuses: [
        container({ state: { waiting: { reason: "CreateContainerConfigError", message: 'secret "x" not found' } } }),
      ],
    },
    expected: 'container main cannot be started: CreateContainerConfigError: secret "x" not found',
  },
  {
    what: "in a crash loop",
    status: {
      containerStatuses: [
        container({
          restartCount: 4,
          state: { waiting: { reason: "CrashLoopBackOff", message: "back-off 40s" } },
          lastState: { terminated: { exitCode: 78, reason: "Error" } },
        }),
      ],
    },
    expected: "container main ended with exit code 78 (Error), 4 restarts",
    log: { container: "main", previous: true },
  },
  {
    what: "over its memory",
    spec: { containers: [{ name: "main", resources: { limits: { memory: "64Mi" } } }] },
    status: {
      containerStatuses: [
        container({
          restartCount: 1,
          state: running,
          lastState: { terminated: { exitCode: 137, reason: "OOMKilled" } },
        }),
      ],
    },
    expected: "container main was OOMKilled at its memory limit of 64Mi, 1 restarts",
    log: { container: "main", previous: true },
  },
  {
    what: "killed by its probe",
    status: {
      containerStatuses: [
        container({ restartCount: 2, state: running, lastState: { terminated: { exitCode: 137, reason: "Error" } } }),
      ],
    },
    events: [probe("Liveness probe failed: connection refused")],
    expected: "container main ended with exit code 137 (Error), 2 restarts: Liveness probe failed: connection refused",
    log: { container: "main", previous: true },
  },
  {
    what: "just ended, not yet restarted",
    status: { containerStatuses: [container({ state: { terminated: { exitCode: 1, reason: "Error" } } })] },
    expected: "container main ended with exit code 1 (Error)",
    log: { container: "main", previous: false },
  },
  {
    what: "not ready by its probe",
    status: { containerStatuses: [container({ state: running, started: true })] },
    events: [probe("Readiness probe failed: 503")],
    expected: "container main runs but is not ready: Readiness probe failed: 503",
    log: { container: "main", previous: false },
  },
  {
    what: "with an init container that does not finish",
    status: {
      initContainerStatuses: [container({ name: "cookie", state: running })],
      containerStatuses: [container({ state: { waiting: { reason: "PodInitializing" } } })],
    },
    expected: "init container cookie has not finished",
    log: { container: "cookie", previous: false },
  },
  {
    what: "without its volumes",
    spec: { nodeName: "node" },
    status: { containerStatuses: [container({ state: { waiting: { reason: "ContainerCreating" } } })] },
    events: [{ reason: "FailedMount", message: 'secret "tls" not found', [main]: {} }],
    expected: 'does not get its volumes: secret "tls" not found',
  },
  {
    what: "evicted",
    status: { phase: "Failed", reason: "Evicted", message: "The node was low on resource: memory." },
    expected: "failed: Evicted: The node was low on resource: memory.",
  },
  {
    what: "behind a readiness gate",
    spec: { readinessGates: [{ conditionType: "target-health" }] },
    status: {
      conditions: [{ type: "ContainersReady", status: "True" }],
      containerStatuses: [container({ ready: true, state: running })],
    },
    expected: "waits for its readiness gate target-health",
  },
  {
    what: "going away",
    metadata: { deletionTimestamp: new Date(0) },
    status: {
      conditions: [{ type: "Ready", status: "True" }],
      containerStatuses: [container({ ready: true, state: running })],
    },
    expected: "is ending",
  },
  { what: "being started", spec: { nodeName: "node" }, status: {}, expected: "is being started by node" },
];

describe("why a pod is not well", () => {
  for (const { what, spec, status, metadata, events = [], expected, log } of cases) {
    it(what, () => {
      const pod = { metadata: { name: "one", ...metadata }, spec, status } as unknown as V1Pod;
      const trouble = podTrouble(pod, events as CoreV1Event[]);
      assert.equal(trouble?.sentence, expected);
      assert.deepEqual(trouble?.log, log);
    });
  }
});
