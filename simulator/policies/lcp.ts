import type { PolicyKind, Scenario, View, Workload } from "../model.ts";
import { capacityOf } from "./capacity.ts";
import { checkSettings } from "./settings.ts";
import { WorkFunctions } from "./workFunctions.ts";

export interface LcpSettings {
  /** Of work that is not served when it comes, in multiples of what it costs to serve it; above 1, or idling would be best. */
  readonly price: number;
  /** Cost of a start in replica-seconds; absent: the readiness delay, for which a start is paid without being of use. */
  readonly startSeconds?: number;
  /** Adds what it takes to work off the waiting jobs within that share of the longest wait; absent: arrivals alone. */
  readonly drainShare?: number;
  /** 5 unless said otherwise: more often, a broker's statistics tell nothing new. */
  readonly periodSeconds?: number;
}

/**
 * Lazy capacity provisioning with cost f(x) = x + price·max(0, d − x) per second in whole replicas x, where the demand d is the
 * arrival rate ÷ capacity of a replica: moves only as far as hindsight would have. Source: Lin, Wierman, Andrew and Thereska,
 * Dynamic right-sizing for power-proportional data centers (INFOCOM 2011). Throws a RangeError that names each setting outside
 * its range.
 */
export function lcp(settings: LcpSettings): PolicyKind {
  const { price, startSeconds, drainShare, periodSeconds = 5 } = settings;
  checkSettings("LCP", {
    price: { value: price, least: 1 },
    startSeconds: { value: startSeconds, least: 0, inclusive: true },
    drainShare: { value: drainShare, least: 0 },
    periodSeconds: { value: periodSeconds, least: 0 },
  });
  return {
    name: "LCP",
    setting: settingOf(settings),
    create: (scenario, workload) => {
      const { minReplicas, maxReplicas, readinessDelaySeconds } = scenario;
      const costs = { seconds: periodSeconds, price, start: startSeconds ?? readinessDelaySeconds };
      const demand = demandOf(settings, scenario, workload);
      let work: WorkFunctions | undefined;
      const decide = (view: View): number => {
        work ??= new WorkFunctions({ least: minReplicas, most: maxReplicas, initial: view.replicas }, costs);
        const now = demand(view);
        // Unknown demand is no demand of zero.
        return now === undefined ? view.replicas : work.next(now);
      };
      return { periodSeconds, decide };
    },
  };
}

/** Replicas, also fractions of one. */
function demandOf(
  { drainShare }: LcpSettings,
  scenario: Scenario,
  workload: Pick<Workload, "meanServiceSeconds">,
): (view: View) => number | undefined {
  const capacity = capacityOf(scenario, workload);
  const drainSeconds = drainShare === undefined ? Infinity : drainShare * scenario.maxWaitSeconds;
  return ({ statistics, readyNow }) =>
    statistics === undefined ? undefined : (statistics.publishRate + readyNow / drainSeconds) / capacity;
}

function settingOf({ price, startSeconds, drainShare, periodSeconds }: LcpSettings): string {
  const texts = [
    [`price ${price}`],
    startSeconds === undefined ? [] : [`start ${startSeconds} s`],
    drainShare === undefined ? [] : [`drain ${drainShare} W`],
    periodSeconds === undefined ? [] : [`period ${periodSeconds} s`],
  ];
  return texts.flat().join(", ");
}
