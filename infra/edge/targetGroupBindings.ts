import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { labelsOf } from "../kubernetes/labels.ts";
import { namespace } from "../naming.ts";
import type { RouteName } from "./listeners.ts";
import { routes } from "./routes.ts";

export interface TargetGroupBindingsArgs {
  /** By route; each must be in use by a listener. */
  readonly targetGroupArns: Readonly<Record<RouteName, pulumi.Input<string>>>;
}

/**
 * Says which Service's pods are the targets of which group. Must depend on the controller and on the Services;
 * deleted before it, since it takes a finalizer off.
 */
export class TargetGroupBindings extends pulumi.ComponentResource {
  constructor(name: string, args: TargetGroupBindingsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("jobsprint:edge:TargetGroupBindings", name, args, opts);
    for (const route of Object.keys(routes) as RouteName[]) {
      const { workload, servicePort } = routes[route];
      new k8s.apiextensions.CustomResource(
        `${name}-${workload}`,
        {
          apiVersion: "elbv2.k8s.aws/v1beta1",
          kind: "TargetGroupBinding",
          metadata: { name: workload, namespace, labels: labelsOf(workload, "edge") },
          spec: {
            targetGroupARN: args.targetGroupArns[route],
            targetType: "ip",
            serviceRef: { name: workload, port: servicePort },
          },
        },
        { parent: this },
      );
    }
    this.registerOutputs({});
  }
}
