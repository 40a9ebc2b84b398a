import type { PolicyKind, Scenario, View, Workload } from "../model.ts";
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
  if (settings.protocol === "amqp" && (utilization !== undefined || settings.excludeUnacknowledged === true))
    throw new RangeError('KEDA: utilization and excludeUnacknowledged need protocol "http", not "amqp"');
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
  readonly metric: (view: View) => number;
}

class Keda {
  readonly periodSeconds: number;
  readonly #controller: HpaController;
  readonly #settings: HpaSettings;
  readonly #triggers: readonly Trigger[];
  readonly #messages: Trigger["metric"];
  readonly #operator: KedaOperator | undefined;
  readonly #syncEvery: number;
  #ticks = 0;

  constructor(settings: KedaSettings, scenario: Scenario, workload: Pick<Workload, "meanServiceSeconds">) {
    this.#controller = new HpaController(scenario, settings);
    this.#settings = settings;
    this.#messages = messagesOf(settings);
    this.#triggers = triggersOf(settings, scenario, workload, this.#messages);
    const { pollingSeconds = 30, cooldownSeconds = 300 } = settings;
    const sync = syncSecondsOf(settings);
    this.periodSeconds = scenario.minReplicas === 0 ? Math.min(sync, pollingSeconds) : sync;
    // Both clocks in whole ticks of the faster one.
    this.#syncEvery = Math.round(sync / this.periodSeconds);
    const pollEvery = Math.round(pollingSeconds / this.periodSeconds);
    this.#operator = scenario.minReplicas === 0 ? new KedaOperator(pollEvery, cooldownSeconds) : undefined;
  }

  decide(view: View): number {
    const { now, replicas } = view;
    const tick = this.#ticks++;
    const wanted = tick % this.#syncEvery === 0 ? this.#sync(view) : replicas;
    if (this.#operator === undefined) return wanted;
    const active = this.#triggers.some(({ metric }) => metric(view) > 0) || this.#messages(view) > 0;
    return this.#operator.poll(tick, now, { replicas, active }) ?? wanted;
  }

  #sync(view: View): number {
    const { replicas } = view;
    const proposals = this.#triggers.map(({ metric, target }) =>
      averageValue(metric(view), target, replicas, toleranceOf(this.#settings)),
    );
    const wanted = this.#controller.sync(replicas, Math.max(...proposals));
    // At 0 the HPA is off.
    return replicas === 0 ? 0 : wanted;
  }
}

function messagesOf({ protocol, excludeUnacknowledged = false }: KedaSettings): Trigger["metric"] {
  if (protocol === "amqp") return ({ readyNow }) => readyNow;
  // A management answer without a number reads as 0 in the scaler's structs: kedacore/keda#7180.
  const ready = ({ statistics }: View): number => statistics?.ready ?? 0;
  return excludeUnacknowledged ? ready : (view) => ready(view) + (view.statistics?.unacknowledged ?? 0);
}

const publishRate = ({ statistics }: View): number => statistics?.publishRateOfInterval ?? 0;

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
