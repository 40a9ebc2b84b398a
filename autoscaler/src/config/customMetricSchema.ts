import { z } from "zod";
import { defaults } from "./defaults.ts";
import { exactlyOne } from "./exactlyOne.ts";
import { labelKey, labelValue, metricName, name } from "./names.ts";
import { podMetricsSchema } from "./metricSchema.ts";

/** Chosen without a workload: the HPA scales what no target of this document names. */
const pods = z.strictObject({
  namespace: name,
  matchLabels: z
    .record(labelKey, labelValue)
    .refine((labels) => Object.keys(labels).length > 0, "must name at least one label"),
});

const target = z.strictObject({ name: z.string().min(1), metric: z.string().min(1) });

const metric = z
  .strictObject({
    /** As an HPA of type Pods asks for it. */
    name: metricName,
    pods: pods.optional(),
    /** A metric that a target reads from its pods anyway. */
    target: target.optional(),
    /** From the start of one scrape to the next, on each replica. Absent: the target's, or the default. */
    periodSeconds: z.number().min(1).max(300).optional(),
    /** Older values are absent. Absent: the target's, or the default. */
    maxAgeSeconds: z.number().min(1).max(3600).optional(),
    podMetrics: podMetricsSchema.optional(),
  })
  .superRefine(exactlyOne(["pods", "target"]))
  .superRefine(({ pods: own, target: of, podMetrics }, context) => {
    if (own !== undefined && podMetrics === undefined)
      context.addIssue({ code: "custom", path: ["podMetrics"], message: "it says what the pods are asked for" });
    if (own === undefined && of !== undefined && podMetrics !== undefined)
      context.addIssue({ code: "custom", path: ["podMetrics"], message: "must be left out: the target has its own" });
  });

/** What is served as custom.metrics.k8s.io, and where. */
export const customMetricsSchema = z.strictObject({
  host: z.string().min(1).default(defaults.customMetrics.host),
  /** 0 takes a free one, which the first log line tells. */
  port: z.int().min(0).max(65_535).default(defaults.customMetrics.port),
  /** PEM; both are read again when they change. */
  certFile: z.string().min(1),
  keyFile: z.string().min(1),
  metrics: z.array(metric).min(1),
});

/** One served metric as written: exactly one of `pods` and `target` is there. */
export type CustomMetricConfig = z.infer<typeof metric>;
