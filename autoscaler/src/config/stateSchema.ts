import { z } from "zod";

const count = z.int().min(0);
const number = z.number();
// Objects are not strict: a state written by a later version may know more, which this one leaves out.
const samples = z.array(z.object({ at: number, rate: number }));
const changes = z.array(z.object({ at: number, change: count }));
const work = z.object({ acked: number, busySeconds: number });
const counted = z.object({ at: number, replicas: count });
const level = z.union([z.tuple([number, number, number]), z.tuple([number, number, number, number])]);

const drain = z.object({
  arrivals: samples,
  service: z.object({ at: number, busy: z.array(counted), saturated: work, any: work }).optional(),
  lows: z.array(z.object({ at: number, waiting: number })).optional(),
  lateness: z.object({ at: number, begun: number, late: number }).optional(),
  // An earlier version kept the levels as objects: bursts are learned anew, the rest of the state is worth more than they are.
  reserve: z
    .object({ at: number, jobs: number, levels: z.array(level), idleSeconds: number.optional() })
    .optional()
    .catch(undefined),
});

const readiness = z.object({
  starts: z.array(counted.extend({ unseen: z.literal(true).optional() })),
  readyReplicas: count,
  delaySeconds: number.optional(),
  learned: count.optional(),
  at: number.optional(),
});

const ownership = z.object({
  replicas: count,
  attempt: counted.optional(),
  foreignWrite: z.object({ at: number, from: count, to: count }).optional(),
});

/**
 * The state of one target as JSON, the core's `State`: stored ones and those of `decide` inputs are not trusted. What a
 * later version added may be missing in a state of an earlier one.
 */
export const stateSchema = z.object({
  recommendations: z.array(counted),
  scaleUpEvents: changes,
  scaleDownEvents: changes,
  thresholds: z.record(z.string(), z.record(z.string(), number)),
  drains: z.record(z.string(), drain),
  readiness,
  ownership: ownership.optional(),
  noAck: z.record(z.string(), z.object({ since: number, stuck: z.boolean() })).optional(),
});
