/** The closed set of reasons: metric labels, events and dashboards depend on these words. */
export const reasons = {
  // Of a rule.
  AboveTarget: "the metric asks for more replicas than there are",
  BelowTarget: "the metric asks for fewer replicas than there are",
  WithinTolerance: "the metric is close enough to its target",
  AboveMark: "a metric is above its scale-up mark",
  BetweenMarks: "no metric is above its scale-up mark, and not all are below their scale-down marks",
  WaitingBelowMarks: "all metrics are below their scale-down marks, but not for long enough",
  BelowMarks: "all metrics have been below their scale-down marks for long enough",
  OfferedLoad: "what arrives and what waits begin in time with this count and not with fewer",
  DrainBacklog: "messages would begin late without more replicas",
  StartsOverdue: "replicas ordered before are not Ready in time, so more would not help",
  Reserve: "bursts come faster than replicas start, so enough for them are kept",
  LearningArrivals: "too little has been seen of the arrivals to take replicas away",
  ReplicasBusy: "replicas that hold unacknowledged messages are kept",
  MetricUnknown: "a metric the rule needs is not fresh",
  LearningServiceRate: "no message has been seen finished yet, so the rate of a replica is unknown",
  // Of the combination.
  SignalNotFresh: "a metric is not fresh, so the count may not fall",
  NoProposal: "no rule could propose a count",
  // Of what stands above the rules.
  Paused: "an annotation on the workload pauses this direction",
  CompetingAutoscaler: "another autoscaler has the same target, so the count is left alone",
  ForeignWrite: "somebody else changed the count, which is left alone for a while",
  StuckConsumers: "messages wait and consumers are there, but nothing is acknowledged",
  Vetoed: "a metric is above its veto mark, so the count may not rise",
  // Of the behavior block and the bounds: HPA v2's words.
  ScaleUpStabilized: "a lower recommendation within the scale-up window holds the count",
  ScaleDownStabilized: "a higher recommendation within the scale-down window holds the count",
  ScaleUpLimit: "the scale-up policies allow no more for now",
  ScaleDownLimit: "the scale-down policies allow no less for now",
  TooManyReplicas: "maxReplicas binds",
  TooFewReplicas: "minReplicas binds",
  DesiredWithinRange: "nothing limited the count",
} as const;

/** A word of the set; a new one is a new label value, which dashboards and alerts have to learn. */
export type Reason = keyof typeof reasons;
