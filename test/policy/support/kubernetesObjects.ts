import { changed, type Changes } from "./describePolicy.ts";
import type { CapturedResource } from "./violationsOf.ts";

/** Where the pod and its only container stand in `deployment` and `statefulSet`. */
export const pod = "spec.template.spec";
export const container = `${pod}.containers.0`;

const digest = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

function workload(kind: string, name: string, spec: object): CapturedResource {
  const labels = { "app.kubernetes.io/name": name, "app.kubernetes.io/part-of": "jobsprint" };
  return {
    type: `kubernetes:apps/v1:${kind}`,
    name,
    props: {
      metadata: { name, namespace: "jobsprint" },
      spec: {
        replicas: 3,
        ...spec,
        template: {
          metadata: { labels },
          spec: {
            serviceAccountName: name,
            automountServiceAccountToken: false,
            securityContext: { runAsNonRoot: true, runAsUser: 10_001, seccompProfile: { type: "RuntimeDefault" } },
            topologySpreadConstraints: [
              { topologyKey: "topology.kubernetes.io/zone", whenUnsatisfiable: "DoNotSchedule" },
            ],
            volumes: [{ name: "tmp", emptyDir: {} }],
            containers: [
              {
                name: "main",
                image: `registry.example.com:5000/${name}:1.2.3@${digest}`,
                env: [{ name: "PORT", value: "8080" }],
                resources: { requests: { cpu: "1", memory: "1Gi" }, limits: { cpu: "1", memory: "1Gi" } },
                readinessProbe: {},
                livenessProbe: {},
                securityContext: {
                  readOnlyRootFilesystem: true,
                  allowPrivilegeEscalation: false,
                  capabilities: { drop: ["ALL"] },
                },
              },
            ],
          },
        },
      },
    },
  };
}

export const deployment = workload("Deployment", "api-gateway", {});

export const statefulSet: CapturedResource = {
  ...workload("StatefulSet", "rabbitmq", { volumeClaimTemplates: [{}] }),
  opts: { protect: true },
};

/** A Kubernetes object of the namespace `jobsprint`. */
export function object(type: string, name: string, fields: Record<string, unknown>): CapturedResource {
  return { type: `kubernetes:${type}`, name, props: { metadata: { name, namespace: "jobsprint" }, ...fields } };
}

/** The same with changes of its properties. */
export const but = (resource: CapturedResource, changes: Changes): CapturedResource => ({
  ...resource,
  props: changed(resource.props, changes),
});

/** Selects the pods of a workload. */
export function disruptionBudget(name: string, spec: object): CapturedResource {
  const selector = { matchLabels: { "app.kubernetes.io/name": name } };
  return object("policy/v1:PodDisruptionBudget", name, { spec: { selector, ...spec } });
}

/** Scales the Deployment of this name. */
export function horizontalPodAutoscaler(name: string): CapturedResource {
  return object("autoscaling/v2:HorizontalPodAutoscaler", name, {
    spec: { scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name }, minReplicas: 2 },
  });
}
