import { brokerOutages } from "./catalogue/broker.ts";
import { metricOutages } from "./catalogue/metrics.ts";
import { processOutages } from "./catalogue/process.ts";
import { workloadOutages } from "./catalogue/workload.ts";
import type { Outage } from "./outage.ts";

/** Every outage that is tried, in the order of the document. */
export const outages: readonly Outage[] = [...brokerOutages, ...metricOutages, ...workloadOutages, ...processOutages];
