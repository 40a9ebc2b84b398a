import { z } from "zod";
import { defaults } from "./defaults.ts";
import { exactlyOne } from "./exactlyOne.ts";

const regularExpression = z.string().refine(isRegularExpression, "must be a regular expression");

/** One byte in AMQP. */
const priority = z.string().regex(/^(?:\d|[1-9]\d|1\d\d|2[0-4]\d|25[0-5])$/, "must be a priority from 0 to 255");

const queue = z.strictObject({
  name: z.string().min(1),
  weight: z.number().positive().default(defaults.weight),
  /** Weights of ready messages by priority; 1 for one that is not named. */
  priorities: z.record(priority, z.number().positive()).optional(),
});

const rabbitmq = z
  .strictObject({
    broker: z.string().min(1),
    vhost: z.string().min(1).default(defaults.vhost),
    queues: z.array(queue).min(1).optional(),
    regex: regularExpression.optional(),
    count: z.enum(["all", "ready"]).default(defaults.count),
  })
  .superRefine(exactlyOne(["queues", "regex"]));

const prometheus = z.strictObject({
  query: z.string().min(1),
  /** Whether the query gives a sum over the target or an average of its pods. */
  scope: z.enum(["total", "perPod"]).default("total"),
});

const podMetrics = z
  .strictObject({
    port: z.int().min(1).max(65_535),
    path: z.string().startsWith("/").default(defaults.metricsPath),
    counter: z.string().min(1).optional(),
    histogram: z.string().min(1).optional(),
    windowSeconds: z.number().min(2).max(600).default(defaults.windowSeconds),
  })
  .superRefine(exactlyOne(["counter", "histogram"]));

const redis = z.strictObject({ urlFile: z.string().min(1), lists: z.array(z.string().min(1)).min(1) });

/** A metric names one source. */
export const metricSchema = z
  .strictObject({
    rabbitmq: rabbitmq.optional(),
    prometheus: prometheus.optional(),
    podMetrics: podMetrics.optional(),
    redis: redis.optional(),
    resource: z.enum(["cpu", "memory"]).optional(),
  })
  .superRefine(exactlyOne(["rabbitmq", "prometheus", "podMetrics", "redis", "resource"]));

export type MetricConfig = z.infer<typeof metricSchema>;

function isRegularExpression(text: string): boolean {
  try {
    new RegExp(text);
    return true;
  } catch {
    return false;
  }
}
