import { z } from "zod";
import { defaults } from "./defaults.ts";
import { exactlyOne } from "./exactlyOne.ts";

const metric = z.string().min(1);
// At 1 the lower edge is 0: beyond it a target could never go down.
const tolerance = z.number().min(0).max(1);
/** Metric → mark in the metric's unit. An empty one is refused: "all of nothing" would be true at once. */
export const marks = z
  .record(z.string(), z.number().min(0))
  .refine((given) => Object.keys(given).length > 0, "must name at least one metric");

// On the way down 100 % is everything there is; on the way up ten times the present count is a slip of the pen.
const step = (maxPercent: number) =>
  z
    .strictObject({ percent: z.number().positive().max(maxPercent).optional(), pods: z.int().min(1).optional() })
    .refine((given) => given.percent !== undefined || given.pods !== undefined, "must have percent, pods or both");

const threshold = z.strictObject({
  scaleUp: z
    .strictObject({ anyAbove: marks.optional(), step: step(1000).default(defaults.threshold.stepUp) })
    .prefault({}),
  scaleDown: z
    .strictObject({
      allBelow: marks.optional(),
      forSeconds: z.number().min(0).max(86_400).default(defaults.threshold.forSeconds),
      step: step(100).default(defaults.threshold.stepDown),
    })
    .prefault({}),
});

/** The wait may be anything above 0; the core never divides by less than a fifth of it. */
const drain = z.strictObject({
  metric,
  maxWaitSeconds: z.number().positive().max(86_400),
  readinessDelaySeconds: z.number().min(0).max(3600).default(defaults.drain.readinessDelaySeconds),
  /** Messages per second; positive, since the core divides by it. Absent: learned before the rule says anything. */
  serviceRatePerReplica: z.number().min(1e-6).max(1e6).optional(),
  headroom: z.number().min(0).max(10).default(defaults.drain.headroom),
  lateShare: z.number().min(0).max(0.5).default(defaults.drain.lateShare),
  scaleInWhileBusy: z.boolean().default(defaults.drain.scaleInWhileBusy),
});

/** A rule has a name, under which its memory is kept and its proposals are told, and one kind. */
export const ruleSchema = z
  .strictObject({
    name: z.string().min(1),
    perReplica: z.strictObject({ metric, target: z.number().positive(), tolerance: tolerance.optional() }).optional(),
    utilization: z.strictObject({ metric, target: z.number().positive(), tolerance: tolerance.optional() }).optional(),
    threshold: threshold.optional(),
    drain: drain.optional(),
  })
  .superRefine(exactlyOne(["perReplica", "utilization", "threshold", "drain"]));

/** HPA v2's block; the bounds are those of its own validation. */
const scalingRules = z.strictObject({
  stabilizationWindowSeconds: z.int().min(0).max(3600).optional(),
  selectPolicy: z.enum(["Max", "Min", "Disabled"]).optional(),
  policies: z
    .array(
      z.strictObject({
        type: z.enum(["Pods", "Percent"]),
        value: z.int().min(1),
        periodSeconds: z.int().min(1).max(1800),
      }),
    )
    .min(1)
    .optional(),
  tolerance: tolerance.optional(),
});

/** HPA v2's `behavior` word for word, so that a block can be moved from one to the other. */
export const behaviorSchema = z.strictObject({ scaleUp: scalingRules.optional(), scaleDown: scalingRules.optional() });

/** A rule as written: the core's form has its tolerance and its standard marks filled in. */
export type RuleConfig = z.infer<typeof ruleSchema>;
/** A behavior as written: each part may be absent and then is the HPA's default. */
export type BehaviorConfig = z.infer<typeof behaviorSchema>;
