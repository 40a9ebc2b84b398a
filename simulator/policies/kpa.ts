import type { PolicyKind, View } from "../model.ts";
import { CounterWindow } from "./counterWindow.ts";
import { KpaScaler, type KpaConfig } from "./kpaScaler.ts";
import { checkSettings } from "./settings.ts";

/** The names of Knative's autoscaling annotations; what is absent has the defaults of config-autoscaler. */
export interface KpaSettings {
  /** Jobs in a replica and before it, which 100 % utilisation means; absent: the slots of a replica. */
  readonly targetConcurrency?: number;
  /** Percent of it that is aimed at: 70. */
  readonly targetUtilization?: number;
  /** Seconds: 60. */
  readonly stableWindow?: number;
  /** Percent of the stable window: 10. */
  readonly panicWindow?: number;
  /** Percent of the ready replicas' target: 200. */
  readonly panicThreshold?: number;
  /** Seconds for which a lower count has to be asked for: 0. */
  readonly scaleDownDelay?: number;
}

/** tickInterval of multiscaler.go. Seconds. */
const periodSeconds = 2;

/**
 * Knative's pod autoscaler on concurrency, which here counts waiting jobs too, as if a proxy held them. Its averages of buckets of
 * 1 s are made of the integral of the concurrency, read at each tick: the same but for the edges of the buckets. The way to and
 * from zero through the activator is not modelled. Throws a RangeError that names each setting outside its range.
 */
export function kpa(settings: KpaSettings = {}): PolicyKind {
  const { targetConcurrency, targetUtilization = 70, stableWindow = 60, panicWindow = 10 } = settings;
  const { panicThreshold = 200, scaleDownDelay = 0 } = settings;
  checkSettings("KPA", {
    targetConcurrency: { value: targetConcurrency, least: 0 },
    targetUtilization: { value: targetUtilization, least: 0 },
    stableWindow: { value: stableWindow, least: 0 },
    panicWindow: { value: panicWindow, least: 0 },
    panicThreshold: { value: panicThreshold, least: 0 },
    scaleDownDelay: { value: scaleDownDelay, least: 0, inclusive: true },
  });
  return {
    name: "KPA",
    setting: settingOf(settings),
    create: ({ slotsPerReplica }) => {
      const config: KpaConfig = {
        target: ((targetConcurrency ?? slotsPerReplica) * targetUtilization) / 100,
        stableSeconds: stableWindow,
        panicThreshold: panicThreshold / 100,
        maxScaleUpRate: 1000,
        maxScaleDownRate: 2,
        scaleDownDelaySeconds: scaleDownDelay,
      };
      const stable = new CounterWindow(stableWindow);
      const panic = new CounterWindow((stableWindow * panicWindow) / 100);
      let scaler: KpaScaler | undefined;
      const decide = ({ now, replicas, readyReplicas, concurrencySeconds }: View): number => {
        scaler ??= new KpaScaler(config, now, readyReplicas);
        stable.add(now, concurrencySeconds);
        panic.add(now, concurrencySeconds);
        // No data: nothing is done.
        if (stable.rate === undefined || panic.rate === undefined) return replicas;
        return scaler.scale(now, readyReplicas, { stable: sixDigits(stable.rate), panic: sixDigits(panic.rate) });
      };
      return { periodSeconds, decide };
    },
  };
}

/** Cut as in aggregation/bucketing.go, or the noise of a sum would be rounded up to a replica. */
const sixDigits = (mean: number): number => Math.floor(mean * 1e6 + 1e-3) / 1e6;

function settingOf(settings: KpaSettings): string {
  const { targetConcurrency = "slots", targetUtilization = 70, ...others } = settings;
  const texts = Object.entries(others).map(([name, value]: [string, number]) => `${name} ${value}`);
  return [`target ${targetConcurrency} at ${targetUtilization} %`, ...texts].join(", ");
}
