import type { Scaling } from "../services/serviceSpec.ts";
import type { Sizing } from "../sizing.ts";

/** How soon and at what load counts change, where one machine is to show in minutes what takes hours. */
export interface Pacing {
  /** Divides the waits and periods of the way down; 1 unless told. */
  readonly pace?: number;
  /** Of the gateway's HPA; the platform's unless told. */
  readonly requestsPerSecondPerGateway?: number;
  /** By tier, the most pods; those of the catalogue unless told. */
  readonly maxReplicas?: Readonly<Partial<Record<string, number>>>;
}

/** Pods of a tier at least and at most. The size's least holds against a maximum below it, which no API server would take. */
export function replicaBounds(
  { minReplicas, maxReplicas }: Extract<Scaling, { minReplicas: unknown }>,
  sizing: Sizing,
  most = maxReplicas(sizing),
): { minReplicas: number; maxReplicas: number } {
  const least = minReplicas(sizing);
  return { minReplicas: least, maxReplicas: Math.max(least, most) };
}

/** A wait at a pace, in whole seconds, as the HPA counts; one that is none stays none. */
export const paced = (seconds: number, pace: number): number =>
  seconds === 0 ? 0 : Math.max(1, Math.round(seconds / pace));
