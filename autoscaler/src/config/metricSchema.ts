import { z } from "zod";
import { defaults } from "./defaults.ts";
import { exactlyOne } from "./exactlyOne.ts";

const regularExpression = z.string().refine(isRegularExpression, "must be a regular expression");

/** One byte in AMQP. */
const priority = z.string().regex(/^(?:\d|[1-9]\d|1\d\d|2[0-4]\d|25[0-5])$/, "must be a priority from 0 to 255");

/** Weights make queues of unequal work one number: 3 means that a message counts as three. */
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
    /** Queues by name; without weights, since nobody knows their names beforehand. */
    regex: regularExpression.optional(),
    /** KEDA counts all by HTTP and ready ones by AMQP (kedacore/keda#638); here it is one word, whatever is asked. */
    count: z.enum(["all", "ready"]).default(defaults.count),
  })
  .superRefine(exactlyOne(["queues", "regex"]));

const prometheus = z.strictObject({
  /** PromQL that gives one number. */
  query: z.string().min(1),
  /** Whether the query gives a sum over the target or an average of its pods. */
  scope: z.enum(["total", "perPod"]).default("total"),
});

/** What each pod is asked for. */
export const podMetricsSchema = z
  .strictObject({
    port: z.int().min(1).max(65_535),
    path: z.string().startsWith("/").default(defaults.metricsPath),
    /** Its rate per second, averaged over the pods. */
    counter: z.string().min(1).optional(),
    /** A histogram or summary of which the observations are counted, such as a request duration: their rate per second. */
    histogram: z.string().min(1).optional(),
    /** A rate needs two scrapes; a window of more than ten minutes reacts to nothing. */
    windowSeconds: z.number().min(2).max(600).default(defaults.windowSeconds),
  })
  .superRefine(exactlyOne(["counter", "histogram"]));

// The URL is a file because Redis carries its password there.
const redis = z.strictObject({ urlFile: z.string().min(1), lists: z.array(z.string().min(1)).min(1) });

/** A metric names one source: where its value comes from, and so its unit and whether it is a total or an average. */
export const metricSchema = z
  .strictObject({
    rabbitmq: rabbitmq.optional(),
    prometheus: prometheus.optional(),
    podMetrics: podMetricsSchema.optional(),
    redis: redis.optional(),
    resource: z.enum(["cpu", "memory"]).optional(),
  })
  .superRefine(exactlyOne(["rabbitmq", "prometheus", "podMetrics", "redis", "resource"]));

/** A metric with its defaults filled in; exactly one of the sources is there. */
export type MetricConfig = z.infer<typeof metricSchema>;

// In JavaScript's syntax: names are matched here, not by the broker.
function isRegularExpression(text: string): boolean {
  try {
    new RegExp(text);
    return true;
  } catch {
    return false;
  }
}
