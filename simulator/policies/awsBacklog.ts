import type { Policy, PolicyKind, View } from "../model.ts";
import { capacityOf } from "./capacity.ts";
import { checkSettings } from "./settings.ts";

export interface AwsBacklogSettings {
  /** Acceptable latency as a share of the scenario's longest wait: 1. */
  readonly latencyShare?: number;
  /** Of the metric: 60; a high-resolution metric has 10 or 30. */
  readonly periodSeconds?: number;
  /** Breaching datapoints in a row until the count rises: 3. */
  readonly datapointsOut?: number;
  /** And until it falls: 15. */
  readonly datapointsIn?: number;
  /** From one scale-in to the next: 300. */
  readonly cooldownSeconds?: number;
  /** At most that share of the replicas goes at once: 1. AWS says that it scales in gradually, not how. */
  readonly scaleInShare?: number;
}

type Settings = Required<AwsBacklogSettings>;

const defaults: Settings = {
  latencyShare: 1,
  periodSeconds: 60,
  datapointsOut: 3,
  datapointsIn: 15,
  cooldownSeconds: 300,
  scaleInShare: 1,
};

/** The low alarm of target tracking stands 10 % below the target. */
const lowShare = 0.9;

/**
 * Target tracking of AWS on the backlog per instance: visible messages ÷ in-service instances against acceptable latency ÷ time
 * per message. Sources: the user guides of EC2 Auto Scaling (scaling based on Amazon SQS, target tracking) and of Application
 * Auto Scaling (cooldown); the numbers of datapoints are those of the alarms that a policy creates. Throws a RangeError that
 * names each setting outside its range.
 */
export function awsBacklog(given: AwsBacklogSettings = {}): PolicyKind {
  const settings = { ...defaults, ...given };
  checkSettings("AWS backlog", {
    latencyShare: { value: settings.latencyShare, least: 0 },
    periodSeconds: { value: settings.periodSeconds, least: 0 },
    datapointsOut: { value: settings.datapointsOut, least: 1, inclusive: true },
    datapointsIn: { value: settings.datapointsIn, least: 1, inclusive: true },
    cooldownSeconds: { value: settings.cooldownSeconds, least: 0, inclusive: true },
    scaleInShare: { value: settings.scaleInShare, least: 0 },
  });
  const { latencyShare, periodSeconds, scaleInShare } = settings;
  return {
    name: "AWS backlog per instance",
    setting: `latency ${latencyShare} W, period ${periodSeconds} s, in by ${scaleInShare}`,
    create: (scenario, workload) => {
      const target = latencyShare * scenario.maxWaitSeconds * capacityOf(scenario, workload);
      return new AwsBacklog(settings, target);
    },
  };
}

class AwsBacklog implements Policy {
  readonly periodSeconds: number;
  readonly #settings: Settings;
  /** Visible messages per instance. */
  readonly #target: number;
  readonly #cooldownPeriods: number;
  #above = 0;
  #below = 0;
  #periodsSinceIn = Infinity;

  constructor(settings: Settings, target: number) {
    this.periodSeconds = settings.periodSeconds;
    this.#settings = settings;
    this.#target = target;
    this.#cooldownPeriods = settings.cooldownSeconds / settings.periodSeconds;
  }

  decide({ replicas, readyReplicas, statistics }: View): number {
    this.#periodsSinceIn++;
    // No datapoint: alarms keep their state and nothing is done.
    if (statistics === undefined) return replicas;
    // A backlog without instances is that of the first one to come.
    const inService = Math.max(1, readyReplicas);
    const ratio = statistics.ready / inService / this.#target;
    this.#above = ratio > 1 ? this.#above + 1 : 0;
    this.#below = ratio < lowShare ? this.#below + 1 : 0;
    // Always rounded up: too many are added, too few removed.
    const wanted = Math.max(0, Math.ceil(inService * ratio - 1e-9));
    // Alarms act again in each period while they last.
    if (this.#above >= this.#settings.datapointsOut) return this.#scaleOut(replicas, wanted);
    if (this.#below >= this.#settings.datapointsIn) return this.#scaleIn(replicas, readyReplicas, wanted);
    return replicas;
  }

  #scaleOut(replicas: number, wanted: number): number {
    // Instances that still start count as part of the capacity that is wanted.
    if (wanted <= replicas) return replicas;
    // A scale-out ends the cooldown of a scale-in.
    this.#periodsSinceIn = Infinity;
    return wanted;
  }

  #scaleIn(replicas: number, readyReplicas: number, wanted: number): number {
    // A scale-in cannot begin while a scale-out is in progress.
    if (readyReplicas < replicas || this.#periodsSinceIn < this.#cooldownPeriods) return replicas;
    const most = Math.max(1, Math.floor(replicas * this.#settings.scaleInShare));
    const next = Math.max(wanted, replicas - most);
    if (next >= replicas) return replicas;
    this.#periodsSinceIn = 0;
    return next;
  }
}
