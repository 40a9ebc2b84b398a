import type { Resources } from "../sizing.ts";

export interface Quantities {
  requests: { cpu: string; memory: string };
  limits: { cpu: string; memory: string };
}

export interface LimitOptions {
  /** Of one machine that holds the whole platform: what the size says is divided by it; 1 unless told. */
  readonly divisor?: number;
  /** What a container needs however small the machine is: a request of so many cores, and so much memory, GiB. */
  readonly least?: Partial<Resources>;
}

export interface QuantityOptions extends LimitOptions {
  /** Share of the limit that is requested, above 0 up to 1; 1 (Guaranteed) unless told: the sizes promise what they name. */
  readonly requestShare?: number;
}

/** One machine has far fewer cores than GiB, and most of the platform waits: cores are divided so many times more. */
const cpuPerMemory = 4;

/** Every server takes a core for some seconds as it starts; one that was held to its share of a machine would take minutes. */
const startCores = 1;

const milli = (cpu: number): string => `${Math.max(5, Math.round(cpu * 1000))}m`;
const mebi = (gi: number): string => `${Math.max(16, Math.round(gi * 1024))}Mi`;

/** What a container may take: of a divided machine its share of the memory, and any core that is idle. */
export function limitsOf(resources: Resources, { divisor = 1, least = {} }: LimitOptions = {}): Resources {
  if (divisor === 1) return resources;
  const leastGi = Math.min(resources.memoryGi, least.memoryGi ?? 0);
  return { cpu: Math.max(startCores, resources.cpu), memoryGi: Math.max(leastGi, resources.memoryGi / divisor) };
}

/** Requests and limits of a container in millicores and MiB. */
export function quantities(resources: Resources, options: QuantityOptions = {}): Quantities {
  const { requestShare = 1, divisor = 1, least = {} } = options;
  const limits = limitsOf(resources, options);
  const requests = { cpu: resources.cpu * requestShare, memoryGi: limits.memoryGi * requestShare };
  if (divisor > 1) {
    requests.cpu = Math.max(least.cpu ?? 0, requests.cpu / (divisor * cpuPerMemory));
    // No request may be above its limit.
    requests.memoryGi = Math.max(Math.min(limits.memoryGi, least.memoryGi ?? 0), requests.memoryGi);
  }
  return {
    requests: { cpu: milli(requests.cpu), memory: mebi(requests.memoryGi) },
    limits: { cpu: milli(limits.cpu), memory: mebi(limits.memoryGi) },
  };
}
