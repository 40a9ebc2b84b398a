import type { Proposal, Rule, Timer } from "../model.ts";
import type { BelowSince, DrainState } from "../state.ts";
import type { RuleContext } from "./context.ts";
import { proposeDrain } from "./drain.ts";
import { proposePerReplica } from "./perReplica.ts";
import { proposeThreshold } from "./threshold.ts";
import { proposeUtilization } from "./utilization.ts";

/** What all rules of a target said, and what those with a memory leave for the next time. */
export interface Evaluation {
  readonly proposals: readonly Proposal[];
  readonly timers: readonly Timer[];
  readonly thresholds: Readonly<Record<string, BelowSince>>;
  readonly drains: Readonly<Record<string, DrainState>>;
}

const nothing: Evaluation = { proposals: [], timers: [], thresholds: {}, drains: {} };

/** Evaluates each rule by its kind, in the order of the configuration. */
export function evaluateRules(context: RuleContext): Evaluation {
  return context.spec.rules.map((rule) => evaluateRule(rule, context)).reduce(merge, nothing);
}

function evaluateRule(rule: Rule, context: RuleContext): Evaluation {
  switch (rule.kind) {
    case "perReplica":
      return { ...nothing, proposals: [proposePerReplica(rule, context)] };
    case "utilization":
      return { ...nothing, proposals: [proposeUtilization(rule, context)] };
    case "threshold": {
      const { proposal, belowSince, timers } = proposeThreshold(rule, context);
      return { ...nothing, proposals: [proposal], timers, thresholds: { [rule.name]: belowSince } };
    }
    case "drain": {
      const { proposal, state } = proposeDrain(rule, context);
      return { ...nothing, proposals: [proposal], drains: { [rule.name]: state } };
    }
  }
}

function merge(all: Evaluation, one: Evaluation): Evaluation {
  return {
    proposals: [...all.proposals, ...one.proposals],
    timers: [...all.timers, ...one.timers],
    thresholds: { ...all.thresholds, ...one.thresholds },
    drains: { ...all.drains, ...one.drains },
  };
}
