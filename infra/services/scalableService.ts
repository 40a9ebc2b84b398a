import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { checksumOf } from "../kubernetes/checksum.ts";
import { disruptionBudget } from "../kubernetes/disruption.ts";
import { labelsOf, metadataOf, selectorOf } from "../kubernetes/labels.ts";
import type { Quantities } from "../kubernetes/quantities.ts";
import { allowTraffic, type Traffic } from "../kubernetes/traffic.ts";
import { podSpec } from "./podTemplate.ts";
import type { Environment, ServiceSpec } from "./serviceSpec.ts";

export interface ScalableServiceArgs {
  /** Also the name of its Deployment, Service and ServiceAccount. */
  readonly workload: string;
  readonly spec: Omit<ServiceSpec, "environment" | "resources" | "image" | "calls">;
  /** name:tag, perhaps with a digest. */
  readonly image: string;
  readonly environment: Environment;
  readonly resources: Quantities;
  readonly traffic: Traffic;
  readonly priorityClassName?: pulumi.Input<string>;
  /** By what is mounted, such as a Secret's name: another value replaces the pods, which read it at start. */
  readonly checksums?: Readonly<Record<string, pulumi.Input<string>>>;
}

const component = "service";

/** A stateless tier whose count is somebody else's: an HPA's, the autoscaler's, or a fixed one. */
export class ScalableService extends pulumi.ComponentResource {
  readonly deployment: k8s.apps.v1.Deployment;

  constructor(name: string, args: ScalableServiceArgs, opts?: pulumi.ComponentResourceOptions) {
    // No arguments: functions are no values that Pulumi's state could hold.
    super("jobsprint:services:ScalableService", name, {}, opts);
    const parent = { parent: this };
    const { workload, spec } = args;
    const metadata = metadataOf(workload, component);
    const scaled = spec.scaling.by !== "nobody";

    new k8s.core.v1.ServiceAccount(`${name}-account`, { metadata, automountServiceAccountToken: false }, parent);
    new k8s.networking.v1.NetworkPolicy(
      `${name}-traffic`,
      { metadata, spec: allowTraffic(workload, args.traffic) },
      parent,
    );
    if (spec.serves !== undefined) {
      const http = { name: "http", port: spec.serves, targetPort: spec.serves };
      new k8s.core.v1.Service(
        `${name}-service`,
        { metadata, spec: { selector: selectorOf(workload), ports: [http] } },
        parent,
      );
    }
    // A budget of a single pod would either allow its eviction anyway or never let its node go.
    if (scaled) {
      new k8s.policy.v1.PodDisruptionBudget(`${name}-budget`, { metadata, spec: disruptionBudget(workload) }, parent);
    }
    this.deployment = new k8s.apps.v1.Deployment(
      `${name}-deployment`,
      {
        metadata,
        spec: {
          ...countOf(spec.scaling),
          // So long a new pod must stay ready before the next old one goes: the load balancer checks it twice meanwhile.
          minReadySeconds: 10,
          revisionHistoryLimit: 5,
          selector: { matchLabels: selectorOf(workload) },
          template: {
            metadata: {
              labels: labelsOf(workload, component),
              annotations: { "checksum/config": checksumOf(args.checksums ?? {}) },
            },
            spec: podSpec(args),
          },
        },
      },
      // Whoever scales it owns the field: an update must not send the count of another time.
      scaled ? { ...parent, ignoreChanges: ["spec.replicas"] } : parent,
    );
    this.registerOutputs({});
  }
}

/** Without a count the API server starts one pod, and the scaler's minimum follows within seconds. */
function countOf(
  scaling: ServiceSpec["scaling"],
): Pick<k8s.types.input.apps.v1.DeploymentSpec, "replicas" | "strategy"> {
  if (scaling.by === "nobody") return { replicas: scaling.replicas, strategy: { type: "Recreate" } };
  return { strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: "25%" } } };
}
