import { z } from "zod";
import { customMetricsSchema } from "./customMetricSchema.ts";
import { defaults } from "./defaults.ts";
import { metricSchema } from "./metricSchema.ts";
import { metricName, name } from "./names.ts";
import { behaviorSchema, marks, ruleSchema } from "./ruleSchema.ts";
import { cron, isTimeZone } from "./schedule.ts";

const file = z.string().min(1);

/** A URL without credentials: those come from files. */
function url(protocol: RegExp, kinds: string) {
  return z
    .url({ protocol, error: `must be a URL of ${kinds}` })
    .refine(
      (text) => !/\/\/[^/]*@/.test(text),
      "must not contain credentials: name usernameFile and passwordFile instead",
    );
}

const broker = z.strictObject({
  managementUrl: url(/^https?$/, "http: or https:"),
  amqpUrl: url(/^amqps?$/, "amqp: or amqps:"),
  usernameFile: file,
  passwordFile: file,
});

const scaleTargetRef = z.strictObject({
  /** The kinds that the permissions and the watch of pods know. */
  apiVersion: z.literal("apps/v1"),
  kind: z.enum(["Deployment", "StatefulSet", "ReplicaSet"]),
  name: z.string().min(1),
  namespace: name,
});

const schedule = z
  .strictObject({
    name,
    timeZone: z.string().refine(isTimeZone, "must be a time zone of the IANA database, such as Europe/Berlin"),
    start: cron,
    end: cron,
    minReplicas: z.int().min(0).optional(),
    maxReplicas: z.int().min(1).max(100_000).optional(),
  })
  .refine(
    ({ minReplicas, maxReplicas }) => minReplicas !== undefined || maxReplicas !== undefined,
    "must have minReplicas, maxReplicas or both",
  );

const target = z.strictObject({
  name,
  mode: z.enum(["scale", "observe"]).default(defaults.mode),
  scaleTargetRef,
  /** 0 is allowed: queues are looked at from outside the pods, so an empty target still wakes up. */
  minReplicas: z.int().min(0),
  /** A slip by some digits must not reach the API server. */
  maxReplicas: z.int().min(1).max(100_000),
  /** Faster ticks would see the same figures: a broker's statistics change every 5 s. */
  periodSeconds: z.number().min(0.5).max(300).default(defaults.periodSeconds),
  maxMetricAgeSeconds: z.number().min(1).max(3600).default(defaults.maxMetricAgeSeconds),
  metrics: z.record(metricName, metricSchema),
  rules: z.array(ruleSchema).min(1),
  behavior: behaviorSchema.default({}),
  schedules: z.array(schedule).default([]),
  veto: z.strictObject({ anyAbove: marks }).optional(),
  /** At least 15 s: the ack rate of the broker is a mean of 10 s, so less would call a pause of one job stuck. */
  stuckConsumers: z
    .union([z.literal(false), z.strictObject({ forSeconds: z.number().min(15).max(86_400) })], {
      error: "must be false or {forSeconds: 15 to 86400}",
    })
    .default(defaults.stuckConsumers),
  foreignWrites: z.strictObject({ holdSeconds: z.number().min(0).max(86_400) }).default(defaults.foreignWrites),
  podDeletionCost: z.boolean().default(defaults.podDeletionCost),
});

/**
 * The whole document. This is the contract with those who render it: keys are added, never renamed or given another
 * meaning.
 */
export const configSchema = z.strictObject({
  apiVersion: z.literal("autoscaling.jobsprint.dev/v1alpha1"),
  kind: z.literal("AutoscalerConfig"),
  brokers: z.record(z.string(), broker).default({}),
  prometheus: z.strictObject({ url: url(/^https?$/, "http: or https:") }).optional(),
  server: z
    .strictObject({
      host: z.string().min(1).default(defaults.server.host),
      /** 0 takes a free one, which the first log line tells. */
      port: z.int().min(0).max(65_535).default(defaults.server.port),
    })
    .default(defaults.server),
  /** Absent: custom.metrics.k8s.io is not served. */
  customMetrics: customMetricsSchema.optional(),
  /** Absent: decisions are kept in memory and told by HTTP alone. */
  decisionLog: z.strictObject({ file }).optional(),
  leaderElection: z
    .strictObject({
      enabled: z.boolean().default(defaults.leaderElection.enabled),
      leaseName: z.string().min(1).max(253).default(defaults.leaderElection.leaseName),
      /** At 6 s a leader that cannot renew stops 2.25 s before others may take the lease: enough for a write under way. */
      leaseDurationSeconds: z.int().min(6).max(60).default(defaults.leaderElection.leaseDurationSeconds),
      namespace: name.optional(),
    })
    .prefault({}),
  state: z
    .strictObject({
      store: z.enum(["configMap", "memory"]).default(defaults.state.store),
      /** A number is appended to it, and object names end at 253. */
      configMapName: z.string().min(1).max(240).default(defaults.state.configMapName),
      intervalSeconds: z.number().min(1).max(60).default(defaults.state.intervalSeconds),
      maxAgeSeconds: z.number().min(60).max(86_400).default(defaults.state.maxAgeSeconds),
      /** Absent: the process's own namespace, as for the lease above. */
      namespace: name.optional(),
    })
    .prefault({}),
  logLevel: z.enum(["trace", "debug", "info", "warn", "error", "fatal", "silent"]).default(defaults.logLevel),
  targets: z.array(target).min(1),
});

/** A document with all defaults filled in, as every other part of the program sees it. */
export type AutoscalerConfig = z.infer<typeof configSchema>;
/** One target as configured; `toTargetSpec` makes of it what the core sees. */
export type TargetConfig = AutoscalerConfig["targets"][number];
/** One RabbitMQ: management for depths and rates, AMQP for what is left while management is away. */
export type BrokerConfig = AutoscalerConfig["brokers"][string];
