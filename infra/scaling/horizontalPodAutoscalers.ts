import * as pulumi from "@pulumi/pulumi";
import { workloads } from "../naming.ts";
import { services } from "../services/catalogue.ts";
import type { Sizing } from "../sizing.ts";
import { HorizontalPodAutoscaler } from "./horizontalPodAutoscaler.ts";

export interface HorizontalPodAutoscalersArgs {
  readonly sizing: Sizing;
}

/** An HPA for each tier that answers requests; consumers are the autoscaler's. Depends on the Deployments. */
export class HorizontalPodAutoscalers extends pulumi.ComponentResource {
  constructor(name: string, args: HorizontalPodAutoscalersArgs, opts?: pulumi.ComponentResourceOptions) {
    super("jobsprint:scaling:HorizontalPodAutoscalers", name, args, opts);
    for (const [workload, { scaling }] of services) {
      if (scaling.by !== "hpa") continue;
      new HorizontalPodAutoscaler(
        `${name}-${workload}`,
        {
          workload,
          minReplicas: scaling.minReplicas(args.sizing),
          maxReplicas: scaling.maxReplicas(args.sizing),
          // The strategy counts the gateway's requests alone.
          byRequests: workload === workloads.apiGateway,
        },
        { parent: this },
      );
    }
    this.registerOutputs({});
  }
}
