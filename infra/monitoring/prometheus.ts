import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { claimOf, claimsStay } from "../data/claim.ts";
import { scrapes } from "../data/exporter.ts";
import { checksumOf } from "../kubernetes/checksum.ts";
import { labelsOf, metadataOf, selectorOf } from "../kubernetes/labels.ts";
import { allowTraffic } from "../kubernetes/traffic.ts";
import { namespace, ports, workloads } from "../naming.ts";
import { prometheusFiles } from "./prometheusConfig.ts";
import { podSpec, storageGi } from "./prometheusPod.ts";

export interface PrometheusArgs {
  /** name:tag of an image with `prometheus` in its path. */
  readonly image: string;
  readonly storageClassName: string;
  /** Divides requests and limits; 1 unless told. */
  readonly divisor?: number;
}

const workload = workloads.prometheus;

const traffic = allowTraffic(workload, {
  // Itself, for its own figures.
  from: [scrapes],
  to: [
    { cidrs: ["0.0.0.0/0"], ports: [443, 6443] },
    // Every port, because each pod's own policy lets it in at the one for metrics alone.
    { namespaces: [namespace], ports: [] },
  ],
});

/** One small Prometheus in the platform's own namespace, where there is no operator for it. */
export class Prometheus extends pulumi.ComponentResource {
  constructor(name: string, args: PrometheusArgs, opts?: pulumi.ComponentResourceOptions) {
    super("jobsprint:monitoring:Prometheus", name, args, opts);
    const parent = { parent: this };
    const metadata = metadataOf(workload, "monitoring");
    const files = prometheusFiles();
    new k8s.core.v1.ConfigMap(`${name}-configmap`, { metadata, data: files }, parent);
    this.#access(name);
    new k8s.networking.v1.NetworkPolicy(`${name}-traffic`, { metadata, spec: traffic }, parent);
    const http = { name: "http", port: ports.prometheus, targetPort: "metrics" };
    new k8s.core.v1.Service(
      `${name}-service`,
      { metadata, spec: { selector: selectorOf(workload), ports: [http] } },
      parent,
    );
    new k8s.apps.v1.StatefulSet(
      `${name}-statefulset`,
      {
        metadata,
        spec: {
          replicas: 1,
          serviceName: workload,
          selector: { matchLabels: selectorOf(workload) },
          template: {
            metadata: {
              labels: labelsOf(workload, "monitoring"),
              annotations: { "checksum/config": checksumOf(files) },
            },
            spec: podSpec(args.image, args.divisor ?? 1),
          },
          volumeClaimTemplates: [claimOf(args.storageClassName, storageGi)],
        },
      },
      { ...parent, ...claimsStay },
    );
    this.registerOutputs({});
  }

  /** It sees the pods of its own namespace, and nothing else. */
  #access(name: string): void {
    const parent = { parent: this };
    const metadata = metadataOf(workload, "monitoring");
    const rules = [{ apiGroups: [""], resources: ["pods"], verbs: ["get", "list", "watch"] }];
    new k8s.core.v1.ServiceAccount(`${name}-account`, { metadata, automountServiceAccountToken: true }, parent);
    new k8s.rbac.v1.Role(`${name}-role`, { metadata, rules }, parent);
    new k8s.rbac.v1.RoleBinding(
      `${name}-binding`,
      {
        metadata,
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: workload },
        subjects: [{ kind: "ServiceAccount", name: workload, namespace }],
      },
      parent,
    );
  }
}
