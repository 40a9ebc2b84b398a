/** How soon and at what load counts change, where one machine is to show in minutes what takes hours. */
export interface Pacing {
  /** Divides the waits and periods of the way down; 1 unless told. */
  readonly pace?: number;
  /** Of the gateway's HPA; the platform's unless told. */
  readonly requestsPerSecondPerGateway?: number;
  /** By tier; those of the catalogue unless told. */
  readonly maxReplicas?: Readonly<Partial<Record<string, number>>>;
}

/** A wait at a pace, in whole seconds, as the HPA counts; one that is none stays none. */
export const paced = (seconds: number, pace: number): number =>
  seconds === 0 ? 0 : Math.max(1, Math.round(seconds / pace));
