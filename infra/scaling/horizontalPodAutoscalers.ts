import * as pulumi from "@pulumi/pulumi";
import { platformLimits } from "../capacity/limits.ts";
import { workloads } from "../naming.ts";
import { servicesOf } from "../services/catalogue.ts";
import type { ServiceImages } from "../services/serviceSpec.ts";
import type { Sizing } from "../sizing.ts";
import { HorizontalPodAutoscaler } from "./horizontalPodAutoscaler.ts";
import { replicaBounds, type Pacing } from "./pacing.ts";

export interface HorizontalPodAutoscalersArgs extends Pacing {
  readonly images: ServiceImages;
  readonly sizing: Sizing;
}

/** An HPA for each tier with an image that answers requests; consumers are the autoscaler's. Depends on the Deployments. */
export class HorizontalPodAutoscalers extends pulumi.ComponentResource {
  constructor(name: string, args: HorizontalPodAutoscalersArgs, opts?: pulumi.ComponentResourceOptions) {
    super("jobsprint:scaling:HorizontalPodAutoscalers", name, args, opts);
    const { images, pace = 1, requestsPerSecondPerGateway = platformLimits.requestsPerSecondPerGateway } = args;
    for (const [workload, { scaling }] of servicesOf(images)) {
      if (scaling.by !== "hpa") continue;
      new HorizontalPodAutoscaler(
        `${name}-${workload}`,
        {
          workload,
          ...replicaBounds(scaling, args.sizing, args.maxReplicas?.[workload]),
          // The strategy counts the gateway's requests alone.
          ...(workload === workloads.apiGateway && { requestsPerSecond: requestsPerSecondPerGateway }),
          pace,
        },
        { parent: this },
      );
    }
    this.registerOutputs({});
  }
}
