import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { namespace } from "../naming.ts";

/** The namespace of services, data and autoscaler, closed until somebody opens it. */
export class PlatformNamespace extends pulumi.ComponentResource {
  readonly namespace: pulumi.Output<string>;

  constructor(name: string, args: Record<string, never> = {}, opts?: pulumi.ComponentResourceOptions) {
    super("jobsprint:cluster:PlatformNamespace", name, args, opts);
    const own = new kubernetes.core.v1.Namespace(
      `${name}-namespace`,
      {
        metadata: {
          name: namespace,
          labels: {
            "pod-security.kubernetes.io/enforce": "restricted",
            "pod-security.kubernetes.io/audit": "restricted",
            "pod-security.kubernetes.io/warn": "restricted",
            // A pod is ready only once the load balancer has it; without a controller the label does nothing.
            "elbv2.k8s.aws/pod-readiness-gate-inject": "enabled",
          },
        },
      },
      { parent: this },
    );
    this.namespace = own.metadata.name;
    new kubernetes.networking.v1.NetworkPolicy(
      `${name}-default-deny`,
      {
        metadata: { name: "default-deny", namespace: this.namespace },
        // Every pod; each workload's own policy then allows what it needs.
        spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] },
      },
      { parent: this },
    );
    this.registerOutputs({ namespace: this.namespace });
  }
}
