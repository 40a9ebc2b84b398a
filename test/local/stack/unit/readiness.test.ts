import assert from "node:assert/strict";
import { readinessOf } from "../../../../local/stack/readiness.ts";
import type { StackObject } from "../../../../local/stack/objects.ts";

interface Case {
  what: string;
  kind: "Deployment" | "StatefulSet" | "Job" | "APIService" | "ConfigMap";
  spec?: object;
  status?: object;
  expected: string;
}

const seen = { observedGeneration: 2 };

const cases: Case[] = [
  {
    ...{ what: "a Deployment whose change nobody has seen", kind: "Deployment", spec: { replicas: 1 } },
    status: { observedGeneration: 1, replicas: 1, updatedReplicas: 1, readyReplicas: 1, availableReplicas: 1 },
    expected: "pending: not seen by its controller",
  },
  { what: "one without a status", kind: "Deployment", expected: "pending: not seen by its controller" },
  {
    ...{ what: "one that is being rolled out", kind: "Deployment", spec: { replicas: 3 } },
    status: { ...seen, replicas: 4, updatedReplicas: 1, readyReplicas: 3, availableReplicas: 3 },
    expected: "pending: 1/3 updated",
  },
  {
    ...{ what: "one whose old pods still end", kind: "Deployment", spec: { replicas: 2 } },
    status: { ...seen, replicas: 3, updatedReplicas: 2, readyReplicas: 2, availableReplicas: 2 },
    expected: "pending: 1 old to end",
  },
  {
    ...{ what: "one whose pods are ready for too short a time", kind: "Deployment", spec: { replicas: 2 } },
    status: { ...seen, replicas: 2, updatedReplicas: 2, readyReplicas: 2, availableReplicas: 1 },
    expected: "pending: 1/2 available",
  },
  {
    ...{ what: "a Deployment with all that it wants", kind: "Deployment", spec: { replicas: 2 } },
    status: { ...seen, replicas: 2, updatedReplicas: 2, readyReplicas: 2, availableReplicas: 2 },
    expected: "ready: 2/2 ready",
  },
  {
    ...{ what: "a Deployment that wants none", kind: "Deployment", spec: { replicas: 0 } },
    ...{ status: seen, expected: "ready: 0/0 ready" },
  },
  {
    ...{ what: "one that was slow before, and may come up now", kind: "Deployment", spec: { replicas: 1 } },
    status: { ...seen, conditions: [{ type: "Progressing", status: "False", reason: "ProgressDeadlineExceeded" }] },
    expected: "pending: 0/1 updated",
  },
  {
    ...{ what: "a StatefulSet with a member missing", kind: "StatefulSet", spec: { replicas: 3 } },
    status: { ...seen, replicas: 3, readyReplicas: 2, currentRevision: "a", updateRevision: "a" },
    expected: "pending: 2/3 ready",
  },
  {
    ...{ what: "a StatefulSet with members of the old revision", kind: "StatefulSet", spec: { replicas: 3 } },
    status: { ...seen, replicas: 3, readyReplicas: 3, updatedReplicas: 1, currentRevision: "a", updateRevision: "b" },
    expected: "pending: 1/3 updated",
  },
  {
    ...{ what: "the same where a person replaces them", kind: "StatefulSet" },
    spec: { replicas: 3, updateStrategy: { type: "OnDelete" } },
    status: { ...seen, replicas: 3, readyReplicas: 3, updatedReplicas: 1, currentRevision: "a", updateRevision: "b" },
    expected: "ready: 3/3 ready",
  },
  {
    ...{ what: "a Job that runs and has failed before", kind: "Job", status: { active: 1, failed: 2 } },
    expected: "pending: 1 running, 2 failed",
  },
  {
    ...{ what: "a Job that is complete", kind: "Job" },
    status: { conditions: [{ type: "Complete", status: "True" }] },
    expected: "ready: complete",
  },
  {
    ...{ what: "a Job that has given up", kind: "Job" },
    status: {
      conditions: [{ type: "Failed", status: "True", message: "Job has reached the specified backoff limit" }],
    },
    expected: "failed: Job has reached the specified backoff limit",
  },
  {
    ...{ what: "an API without endpoints", kind: "APIService" },
    status: { conditions: [{ type: "Available", status: "False", message: "endpoints have no addresses" }] },
    expected: "pending: endpoints have no addresses",
  },
  {
    ...{ what: "an API that answers", kind: "APIService" },
    status: { conditions: [{ type: "Available", status: "True" }] },
    expected: "ready: available",
  },
  { what: "what is ready as soon as it exists", kind: "ConfigMap", expected: "ready: exists" },
];

describe("readiness", () => {
  for (const { what, kind, spec, status, expected } of cases) {
    it(`of ${what}`, () => {
      const apiVersion = kind.endsWith("t") ? "apps/v1" : "v1";
      const object = { apiVersion, kind, metadata: { name: "one", generation: 2 }, spec, status } as StackObject;
      const { state, text } = readinessOf(object);
      assert.equal(`${state}: ${text}`, expected);
    });
  }
});
