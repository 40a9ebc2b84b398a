import { CertificateAuthority } from "../../../../infra/data/certificates/certificateAuthority.ts";
import { capture } from "../../../../infra/render/capture.ts";
import { manifestsOf } from "../../../../infra/render/manifests.ts";
import { Autoscaler } from "../../../../infra/scaling/autoscaler.ts";
import { sizing } from "../../../../infra/sizing.ts";
import { apply } from "../../../../local/kubernetes/apply.ts";
import { startControlPlane, type ControlPlane } from "../../../../local/kubernetes/controlPlane.ts";
import { describeRights, type Question } from "../../../support/rights.ts";
import { images } from "../../unit/services/support/build.ts";

const namespace = "jobsprint";

/** What rights are made of. */
const kinds = ["ServiceAccount", "Role", "RoleBinding", "ClusterRoleBinding"];

const scale = { group: "apps", resource: "deployments", subresource: "scale" };
const authorities = { resource: "configmaps", namespace: "kube-system" };
const leases = { group: "coordination.k8s.io", resource: "leases" };

const may: readonly Question[] = [
  { group: "apps", resource: "deployments", verbs: ["get", "list", "watch"] },
  { ...scale, name: "workflow-worker", verbs: ["patch"] },
  { ...scale, name: "n8n-worker", verbs: ["patch"] },
  { ...leases, verbs: ["create"] },
  { ...leases, name: "jobsprint-autoscaler", verbs: ["get", "update"] },
  { resource: "configmaps", verbs: ["create"] },
  { resource: "configmaps", name: "jobsprint-autoscaler-state-0", verbs: ["get", "patch"] },
  { resource: "events", verbs: ["create"] },
  { resource: "pods", verbs: ["list", "watch", "patch"] },
  { group: "autoscaling", resource: "horizontalpodautoscalers", verbs: ["list"] },
  { group: "metrics.k8s.io", resource: "pods", verbs: ["list"] },
  // Of an aggregated API: who calls, what that one may do, and whose certificates count.
  { group: "authentication.k8s.io", resource: "tokenreviews", namespace: "", verbs: ["create"] },
  { group: "authorization.k8s.io", resource: "subjectaccessreviews", namespace: "", verbs: ["create"] },
  { ...authorities, name: "extension-apiserver-authentication", verbs: ["get"] },
];

const mayNot: readonly Question[] = [
  { resource: "secrets", verbs: ["get", "list", "watch", "create", "patch", "delete"] },
  { ...scale, name: "api-gateway", verbs: ["get", "update", "patch"] },
  { ...scale, name: "autoscaler", verbs: ["get", "update", "patch"] },
  { ...scale, name: "workflow-worker", verbs: ["update"] },
  {
    group: "apps",
    resource: "deployments",
    name: "workflow-worker",
    verbs: ["create", "update", "patch", "delete"],
  },
  { group: "apps", resource: "statefulsets", verbs: ["get", "list", "patch", "delete"] },
  { resource: "pods", verbs: ["create", "update", "delete"] },
  { resource: "pods", subresource: "exec", verbs: ["create"] },
  { resource: "pods", subresource: "eviction", verbs: ["create"] },
  { resource: "configmaps", name: "autoscaler", verbs: ["get", "update", "patch", "delete"] },
  { resource: "configmaps", verbs: ["list", "watch"] },
  { ...leases, name: "other", verbs: ["get", "update", "delete"] },
  { group: "rbac.authorization.k8s.io", resource: "roles", verbs: ["get", "create", "update", "bind", "escalate"] },
  { group: "rbac.authorization.k8s.io", resource: "rolebindings", verbs: ["create", "update", "patch"] },
  { resource: "serviceaccounts", subresource: "token", verbs: ["create"] },
  {
    group: "autoscaling",
    resource: "horizontalpodautoscalers",
    verbs: ["create", "update", "patch", "delete"],
  },
  { resource: "nodes", verbs: ["get", "list"] },
  { group: "apps", resource: "deployments", namespace: "default", verbs: ["get", "list", "watch"] },
  { ...scale, name: "workflow-worker", namespace: "default", verbs: ["patch"] },
  { resource: "pods", namespace: "kube-system", verbs: ["list", "watch"] },
  { ...authorities, name: "kube-root-ca.crt", verbs: ["get", "update", "patch", "delete"] },
  { ...authorities, name: "extension-apiserver-authentication", verbs: ["update", "patch", "delete"] },
  { ...authorities, verbs: ["get", "list", "watch", "create"] },
];

describe("the rights of the autoscaler's service account, asked of a real API server", function () {
  this.timeout(60_000);
  let cluster: ControlPlane;

  before(async function () {
    // The first run on a machine builds Kubernetes.
    this.timeout(40 * 60_000);
    cluster = await startControlPlane();
    const { resources } = await capture(
      () =>
        new Autoscaler("scaler", {
          image: "autoscaler:1",
          authority: new CertificateAuthority("ca"),
          apiServerCidrs: [],
          images,
          sizing: sizing.small,
        }),
    );
    const objects = [
      { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } },
      ...manifestsOf(resources).filter(({ kind }) => kinds.includes(kind)),
    ];
    await apply(cluster, objects.map((object) => JSON.stringify(object)).join("\n---\n"));
  });

  after(() => cluster.stop());

  describeRights({ account: { namespace, name: "autoscaler" }, may, mayNot }, () => cluster);
});
