export { createMetrics, type Metrics, type MetricsOptions } from "./createMetrics.ts";
export { definitions } from "./definitions.ts";
export type { Definition } from "./definition.ts";
export type { HttpOptions } from "./http.ts";
export type { WorkflowOutcome, WorkflowTelemetry } from "./told.ts";
