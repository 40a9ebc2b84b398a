import type { Check } from "./check.ts";
import { evictionChecks } from "./evictions.ts";
import { metricsApiChecks } from "./metricsApi.ts";
import { networkChecks } from "./networkPolicies.ts";
import { podSecurityChecks } from "./podSecurity.ts";
import { rightsChecks } from "./rights.ts";

/** What must be in force, in the order of the page; those that disturb come last. */
export const checks: readonly Check[] = [
  ...podSecurityChecks,
  ...networkChecks,
  ...rightsChecks,
  ...metricsApiChecks,
  ...evictionChecks,
];
