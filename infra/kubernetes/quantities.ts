import type { Resources } from "../sizing.ts";

export interface Quantities {
  requests: { cpu: string; memory: string };
  limits: { cpu: string; memory: string };
}

export interface QuantityOptions {
  /** Share of the limit that is requested, above 0 up to 1; 1 (Guaranteed) unless told: the sizes promise what they name. */
  readonly requestShare?: number;
  /** Divides both, for one machine that holds the whole platform; 1 unless told. */
  readonly divisor?: number;
}

const milli = (cpu: number): string => `${Math.max(10, Math.round(cpu * 1000))}m`;
const mebi = (gi: number): string => `${Math.max(16, Math.round(gi * 1024))}Mi`;

/** Requests and limits of a container in millicores and MiB. */
export function quantities(resources: Resources, options: QuantityOptions = {}): Quantities {
  const { requestShare = 1, divisor = 1 } = options;
  const cpu = resources.cpu / divisor;
  const memoryGi = resources.memoryGi / divisor;
  return {
    requests: { cpu: milli(cpu * requestShare), memory: mebi(memoryGi * requestShare) },
    limits: { cpu: milli(cpu), memory: mebi(memoryGi) },
  };
}
