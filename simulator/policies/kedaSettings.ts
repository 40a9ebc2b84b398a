import { behaviorText } from "./hpaBehavior.ts";
import type { HpaSettings } from "./hpaController.ts";

/** One ScaledObject with one or two RabbitMQ triggers; at least one of the first two is there. */
export interface KedaSettings extends HpaSettings {
  /** Trigger of mode QueueLength, in messages a replica, or as that share of what a replica finishes within the longest wait. */
  readonly queueLength?: number | { readonly shareOfWait: number };
  /** Trigger of mode MessageRate, whose value is that share of a replica's capacity. */
  readonly utilization?: number;
  /** Ready messages only; of http, since AMQP tells of no others. */
  readonly excludeUnacknowledged?: boolean;
  /** "http" unless said otherwise. AMQP's passive declare has the ready messages of this moment, and no rates. */
  readonly protocol?: "http" | "amqp";
  /** 30 and 300 unless said otherwise; both only matter where minReplicas is 0. */
  readonly pollingSeconds?: number;
  readonly cooldownSeconds?: number;
}

/** For PolicyKind.name. */
export function nameOf({ queueLength, utilization }: KedaSettings): string {
  if (queueLength === undefined) return "KEDA MessageRate";
  return utilization === undefined ? "KEDA QueueLength" : "KEDA QueueLength + MessageRate";
}

/** For PolicyKind.setting. */
export function settingOf(settings: KedaSettings): string {
  const {
    queueLength,
    utilization,
    excludeUnacknowledged = false,
    protocol,
    pollingSeconds,
    cooldownSeconds,
  } = settings;
  const texts = [
    queueLength === undefined ? [] : [queueLengthText(queueLength)],
    utilization === undefined ? [] : [`utilization ${utilization}`],
    excludeUnacknowledged ? ["ready only"] : [],
    protocol === "amqp" ? ["by AMQP"] : [],
    [behaviorText(settings)],
    pollingSeconds === undefined ? [] : [`polling ${pollingSeconds} s`],
    cooldownSeconds === undefined ? [] : [`cooldown ${cooldownSeconds} s`],
  ];
  return texts.flat().join(", ");
}

function queueLengthText(queueLength: NonNullable<KedaSettings["queueLength"]>): string {
  return typeof queueLength === "object" ? `K = ${queueLength.shareOfWait} W mu` : `K = ${queueLength}`;
}
