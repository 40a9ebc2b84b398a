import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { metadataOf } from "../kubernetes/labels.ts";
import { paced } from "./pacing.ts";

type Spec = k8s.types.input.autoscaling.v2.HorizontalPodAutoscalerSpec;
type Metric = k8s.types.input.autoscaling.v2.MetricSpec;

export interface HorizontalPodAutoscalerArgs {
  /** The Deployment. */
  readonly workload: string;
  readonly minReplicas: number;
  readonly maxReplicas: number;
  /** Also by requests per second of one pod, which a server of custom.metrics.k8s.io must tell. */
  readonly requestsPerSecond?: number;
  /** Divides waits and periods; 1 unless told. */
  readonly pace?: number;
}

/** Percent of the request, averaged over the pods: the strategy's HPA. */
const utilization = { cpu: 70, memory: 80 } as const;

/** The strategy's behavior, at pace 1 word for word. The way up keeps its pace: new pods take as long to start as ever. */
const behaviorAt = (pace: number): Spec["behavior"] => ({
  scaleDown: {
    stabilizationWindowSeconds: paced(300, pace),
    policies: [{ type: "Percent", value: 50, periodSeconds: paced(60, pace) }],
  },
  scaleUp: {
    stabilizationWindowSeconds: 0,
    policies: [
      { type: "Percent", value: 100, periodSeconds: 30 },
      { type: "Pods", value: 2, periodSeconds: 30 },
    ],
    selectPolicy: "Max",
  },
});

const resource = (name: keyof typeof utilization): Metric => ({
  type: "Resource",
  resource: { name, target: { type: "Utilization", averageUtilization: utilization[name] } },
});

const requests = (perSecond: number): Metric => ({
  type: "Pods",
  pods: {
    metric: { name: "requests_per_second" },
    target: { type: "AverageValue", averageValue: String(perSecond) },
  },
});

/** The strategy's HPA for one Deployment. While one of its metrics is missing it raises the count and never lowers it. */
export class HorizontalPodAutoscaler extends pulumi.ComponentResource {
  constructor(name: string, args: HorizontalPodAutoscalerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("jobsprint:scaling:HorizontalPodAutoscaler", name, args, opts);
    const { workload, minReplicas, maxReplicas, requestsPerSecond, pace = 1 } = args;
    const counted = requestsPerSecond === undefined ? [] : [requests(requestsPerSecond)];
    new k8s.autoscaling.v2.HorizontalPodAutoscaler(
      `${name}-hpa`,
      {
        metadata: metadataOf(`${workload}-hpa`, "scaling", workload),
        spec: {
          scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: workload },
          minReplicas,
          maxReplicas,
          metrics: [resource("cpu"), resource("memory"), ...counted],
          behavior: behaviorAt(pace),
        },
      },
      { parent: this },
    );
    this.registerOutputs({});
  }
}
