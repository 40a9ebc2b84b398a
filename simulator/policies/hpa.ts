import { replicasByRatio } from "../../autoscaler/src/core/rules/ratio.ts";
import type { PolicyKind, Statistics, View } from "../model.ts";
import { capacityOf } from "./capacity.ts";
import { CounterWindow } from "./counterWindow.ts";
import { behaviorText } from "./hpaBehavior.ts";
import {
  averageValue,
  HpaController,
  hpaRanges,
  syncSecondsOf,
  toleranceOf,
  type HpaSettings,
} from "./hpaController.ts";
import { checkSettings } from "./settings.ts";

export interface HpaRateSettings extends HpaSettings {
  /** Share of a replica's capacity that the target is: 0.8. */
  readonly utilization: number;
  /** Over which the arrival rate is averaged, 60 unless said otherwise: `rate(…[1m])` of an adapter. */
  readonly windowSeconds?: number;
}

/**
 * HPA v2 on the arrival rate as an External metric with AverageValue: rate ÷ (capacity × utilization). Throws a RangeError
 * that names each setting outside its range.
 */
export function hpaRate(settings: HpaRateSettings): PolicyKind {
  const { utilization, windowSeconds = 60 } = settings;
  const ranges = { utilization: { value: utilization, least: 0 }, windowSeconds: { value: windowSeconds, least: 0 } };
  checkSettings("HPA rate", { ...ranges, ...hpaRanges(settings) });
  return {
    name: "HPA rate",
    setting: `utilization ${utilization}, window ${windowSeconds} s, ${behaviorText(settings)}`,
    create: (scenario, workload) => {
      const controller = new HpaController(scenario, settings);
      const arrivals = new ArrivalRate(windowSeconds);
      const target = capacityOf(scenario, workload) * utilization;
      const tolerance = toleranceOf(settings);
      const decide = ({ replicas, statistics }: View): number => {
        const rate = arrivals.after(statistics);
        // Until the adapter has a series there is no metric, and the HPA does nothing.
        const wanted = rate === undefined ? undefined : averageValue(rate, target, replicas, tolerance);
        return controller.sync(replicas, wanted);
      };
      return { periodSeconds: syncSecondsOf(settings), decide };
    },
  };
}

/** Mean arrival rate over a window, from the counter of published messages that a broker exports. */
class ArrivalRate {
  readonly #window: CounterWindow;
  #published = 0;
  #observedAt: number | undefined;

  constructor(windowSeconds: number) {
    this.#window = new CounterWindow(windowSeconds);
  }

  /** Per second, with what the statistics tell; undefined before there are any. */
  after(statistics: Statistics | undefined): number | undefined {
    if (statistics === undefined) return undefined;
    const { observedAt, published, publishRate } = statistics;
    // A counter that is not told is made of the rates: each stands for the time since the last look.
    this.#published = published ?? this.#published + publishRate * (observedAt - (this.#observedAt ?? observedAt));
    this.#observedAt = observedAt;
    this.#window.add(observedAt, this.#published);
    return this.#window.rate ?? publishRate;
  }
}

export interface HpaCpuSettings extends HpaSettings {
  /** averageUtilization, percent of the request. */
  readonly percent: number;
}

/** metrics-server --metric-resolution: usage is told as the mean between two scrapes. */
const cpuWindowSeconds = 15;

/**
 * HPA v2 on CPU as a Resource metric, where a replica requests what it uses with all slots busy. Usage is as of the sync; a real
 * one is up to another scrape old. Throws a RangeError that names each setting outside its range.
 */
export function hpaCpu(settings: HpaCpuSettings): PolicyKind {
  const { percent } = settings;
  checkSettings("HPA CPU", { percent: { value: percent, least: 0 }, ...hpaRanges(settings) });
  return {
    name: "HPA CPU",
    setting: `${percent} %, ${behaviorText(settings)}`,
    create: (scenario) => {
      const controller = new HpaController(scenario, settings);
      const usage = new CounterWindow(cpuWindowSeconds);
      const decide = (view: View): number => {
        usage.add(view.now, view.utilizationSeconds);
        return controller.sync(view.replicas, replicasForCpu(view, usage.rate, settings));
      };
      return { periodSeconds: syncSecondsOf(settings), decide };
    },
  };
}

function replicasForCpu(view: View, usage: number | undefined, settings: HpaCpuSettings): number | undefined {
  const { replicas, readyReplicas } = view;
  if (usage === undefined || readyReplicas === 0) return undefined;
  return replicasByRatio({
    // Integrals leave 49.999 999 999 of a half, which whole percents would make 49.
    value: usage * 100 + 1e-6,
    target: settings.percent,
    tolerance: toleranceOf(settings),
    currentReplicas: replicas,
    pods: { measured: readyReplicas, unready: Math.max(0, replicas - readyReplicas), missing: 0 },
    // Without effect: no pod is without a sample here.
    missingValue: Math.max(100, settings.percent),
    truncate: true,
  });
}
