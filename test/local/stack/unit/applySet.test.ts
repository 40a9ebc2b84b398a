import assert from "node:assert/strict";
import { applySetId, applySetOf, fromParent, toParent, union } from "../../../../local/stack/applySet.ts";
import type { StackObject } from "../../../../local/stack/objects.ts";

const object = (apiVersion: string, kind: string, namespace?: string): StackObject => ({
  ...{ apiVersion, kind },
  metadata: { name: kind.toLowerCase(), ...(namespace === undefined ? {} : { namespace }) },
});

const objects = [
  { ...object("v1", "Namespace"), metadata: { name: "jobsprint" } },
  object("apps/v1", "Deployment", "jobsprint"),
  object("rbac.authorization.k8s.io/v1", "RoleBinding", "kube-system"),
];

describe("an ApplySet", () => {
  it("has the identity that the specification prescribes", () => {
    // printf jobsprint-stack.jobsprint.ConfigMap. | sha256sum, as URL-safe base64.
    assert.match(applySetId("jobsprint"), /^applyset-[\w-]{43}-v1$/);
    assert.notEqual(applySetId("jobsprint"), applySetId("other"));
  });

  it("is told by its parent and read back", () => {
    const set = applySetOf(objects);
    const parent = toParent("jobsprint", set);
    const { annotations } = parent.metadata;
    assert.deepEqual(annotations, {
      "applyset.kubernetes.io/tooling": "jobsprint/v1",
      "applyset.kubernetes.io/contains-group-kinds": "Deployment.apps,Namespace,RoleBinding.rbac.authorization.k8s.io",
      "applyset.kubernetes.io/additional-namespaces": "kube-system",
    });
    assert.deepEqual(fromParent(parent), set);
  });

  it("covers two sets while objects of both may exist", () => {
    const before = applySetOf([...objects, object("batch/v1", "Job", "jobs")]);
    const { groupKinds, otherNamespaces } = union(applySetOf(objects), before);
    assert.ok(groupKinds.has("Job.batch"));
    assert.deepEqual([...otherNamespaces], ["kube-system", "jobs"]);
  });

  it("of another tool is refused", () => {
    const parent = toParent("jobsprint", applySetOf(objects));
    parent.metadata.annotations = { "applyset.kubernetes.io/tooling": "kubectl/v1.36" };
    assert.throws(() => fromParent(parent), /belongs to kubectl, not to jobsprint/);
    const nobody: StackObject = { ...parent, metadata: { name: parent.metadata.name, namespace: "jobsprint" } };
    assert.throws(() => fromParent(nobody), /belongs to nobody/);
  });

  it("needs exactly one namespace", () => {
    assert.throws(() => applySetOf(objects.slice(1)), /a stack has one Namespace, found 0/);
    assert.throws(() => applySetOf([...objects, ...objects]), /found 2/);
  });
});
