import type { PolicyKind, Scenario, Statistics, View, Workload } from "../model.ts";
import { capacityOf } from "./capacity.ts";
import {
  averageValue,
  HpaController,
  hpaRanges,
  syncSecondsOf,
  toleranceOf,
  type HpaSettings,
} from "./hpaController.ts";
import { KedaOperator } from "./kedaOperator.ts";
import { nameOf, settingOf, type KedaSettings } from "./kedaSettings.ts";
import { checkSettings } from "./settings.ts";

/**
 * KEDA's RabbitMQ scaler: its HPA moves the count from 1 on and asks the scaler afresh at each sync, its operator switches
 * between 0 and min. Source: rabbitmq_scaler.go and scale_scaledobjects.go of kedacore/keda. Throws a RangeError that names each
 * setting outside its range.
 */
export function keda(settings: KedaSettings): PolicyKind {
  const { queueLength, utilization, pollingSeconds, cooldownSeconds } = settings;
  if (queueLength === undefined && utilization === undefined)
    throw new RangeError("KEDA: queueLength or utilization must be set, not neither");
  checkSettings("KEDA", {
    queueLength: { value: typeof queueLength === "object" ? queueLength.shareOfWait : queueLength, least: 0 },
    utilization: { value: utilization, least: 0 },
    pollingSeconds: { value: pollingSeconds, least: 0 },
    cooldownSeconds: { value: cooldownSeconds, least: 0, inclusive: true },
    ...hpaRanges(settings),
  });
  return {
    name: nameOf(settings),
    setting: settingOf(settings),
    create: (scenario, workload) => new Keda(settings, scenario, workload),
  };
}

/** A trigger of the ScaledObject, with its value per replica. */
interface Trigger {
  readonly target: number;
  readonly metric: (statistics: Statistics | undefined) => number;
}

class Keda {
  readonly periodSeconds: number;
  readonly #controller: HpaController;
  readonly #settings: HpaSettings;
  readonly #triggers: readonly Trigger[];
  readonly #messages: (statistics: Statistics | undefined) => number;
  readonly #operator: KedaOperator | undefined;
  readonly #syncEvery: number;
  #ticks = 0;

  constructor(settings: KedaSettings, scenario: Scenario, workload: Pick<Workload, "meanServiceSeconds">) {
    this.#controller = new HpaController(scenario, settings);
    this.#settings = settings;
    this.#messages = settings.excludeUnacknowledged === true ? ready : readyAndUnacknowledged;
    this.#triggers = triggersOf(settings, scenario, workload, this.#messages);
    const { pollingSeconds = 30, cooldownSeconds = 300 } = settings;
    const sync = syncSecondsOf(settings);
    this.periodSeconds = scenario.minReplicas === 0 ? Math.min(sync, pollingSeconds) : sync;
    // Both clocks in whole ticks of the faster one.
    this.#syncEvery = Math.round(sync / this.periodSeconds);
    const pollEvery = Math.round(pollingSeconds / this.periodSeconds);
    this.#operator = scenario.minReplicas === 0 ? new KedaOperator(pollEvery, cooldownSeconds) : undefined;
  }

  decide({ now, replicas, statistics }: View): number {
    const tick = this.#ticks++;
    const wanted = tick % this.#syncEvery === 0 ? this.#sync(replicas, statistics) : replicas;
    if (this.#operator === undefined) return wanted;
    const active = this.#triggers.some(({ metric }) => metric(statistics) > 0) || this.#messages(statistics) > 0;
    return this.#operator.poll(tick, now, { replicas, active }) ?? wanted;
  }

  #sync(replicas: number, statistics: Statistics | undefined): number {
    const proposals = this.#triggers.map(({ metric, target }) =>
      averageValue(metric(statistics), target, replicas, toleranceOf(this.#settings)),
    );
    const wanted = this.#controller.sync(replicas, Math.max(...proposals));
    // At 0 the HPA is off.
    return replicas === 0 ? 0 : wanted;
  }
}

// A management answer without a number reads as 0 in the scaler's structs: kedacore/keda#7180.
const ready = (statistics: Statistics | undefined): number => statistics?.ready ?? 0;
const readyAndUnacknowledged = (statistics: Statistics | undefined): number =>
  ready(statistics) + (statistics?.unacknowledged ?? 0);
const publishRate = (statistics: Statistics | undefined): number => statistics?.publishRateOfInterval ?? 0;

function triggersOf(
  { queueLength, utilization }: KedaSettings,
  scenario: Scenario,
  workload: Pick<Workload, "meanServiceSeconds">,
  messages: Trigger["metric"],
): readonly Trigger[] {
  const capacity = capacityOf(scenario, workload);
  const byWait = (share: number): number => Math.max(1, share * scenario.maxWaitSeconds * capacity);
  return [
    ...(queueLength === undefined
      ? []
      : [
          {
            // Below one message a replica, replicas would be asked for that can never have work.
            target: typeof queueLength === "object" ? byWait(queueLength.shareOfWait) : queueLength,
            metric: messages,
          },
        ]),
    ...(utilization === undefined ? [] : [{ target: utilization * capacity, metric: publishRate }]),
  ];
}
