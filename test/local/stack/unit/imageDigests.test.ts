import assert from "node:assert/strict";
import { withImageDigests } from "../../../../local/stack/imageDigests.ts";
import type { StackObject } from "../../../../local/stack/objects.ts";

const workload = (kind: string, template: object): StackObject =>
  ({ apiVersion: "apps/v1", kind, metadata: { name: "one" }, spec: { replicas: 2, template } }) as StackObject;

const pod = { initContainers: [{ image: "setup:1" }], containers: [{ image: "server:1" }, { image: "server:1" }] };
const digests = new Map([
  ["server:1", "sha256:aa"],
  ["setup:1", "sha256:bb"],
]);

describe("digests of images in a pod template", () => {
  for (const kind of ["Deployment", "StatefulSet", "DaemonSet", "Job"])
    it(`are an annotation of a ${kind}'s pods, beside the others`, () => {
      const template = { metadata: { labels: { app: "one" }, annotations: { kept: "yes" } }, spec: pod };
      const annotations = { kept: "yes", "jobsprint.dev/images": "server:1@sha256:aa,setup:1@sha256:bb" };
      assert.deepEqual(
        withImageDigests(workload(kind, template), digests),
        workload(kind, { metadata: { labels: { app: "one" }, annotations }, spec: pod }),
      );
    });

  it("change with an image, and with nothing else", () => {
    const before = withImageDigests(workload("Deployment", { spec: pod }), digests);
    assert.deepEqual(
      withImageDigests(workload("Deployment", { spec: pod }), new Map([...digests, ["x", "y"]])),
      before,
    );
    const rebuilt = new Map([...digests, ["server:1", "sha256:cc"]]);
    assert.notDeepEqual(withImageDigests(workload("Deployment", { spec: pod }), rebuilt), before);
  });

  it("leave alone what runs none of these images, and what has no pods", () => {
    const deployment = workload("Deployment", { spec: pod });
    assert.equal(withImageDigests(deployment, new Map()), deployment);
    const config: StackObject = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "one" } };
    assert.equal(withImageDigests(config, digests), config);
  });
});
