import type { Run, Scenario, Workload } from "../model.ts";
import type { Measures } from "./measures.ts";

/** To come. */
export function elasticityOf(
  _run: Run,
  _workload: Workload,
  _scenario: Scenario,
): Pick<Measures, "thetaU" | "thetaO" | "tauU" | "tauO" | "upsilon" | "jitter"> {
  return { thetaU: null, thetaO: null, tauU: null, tauO: null, upsilon: null, jitter: null };
}
