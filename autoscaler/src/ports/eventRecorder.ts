/** Reasons of Kubernetes Events: a closed set, HPA's words where it has one. */
export type EventReason =
  | "SuccessfulRescale"
  | "FailedRescale"
  | "FailedGetScale"
  | "FailedComputeMetricsReplicas"
  | "ScalingLimited"
  | "Paused"
  | "CompetingAutoscaler"
  | "ForeignWrite"
  | "StuckConsumers"
  | "Vetoed"
  | "StateRefused";

export interface TargetEvent {
  readonly type: "Normal" | "Warning";
  readonly reason: EventReason;
  readonly message: string;
}

export interface EventRecorder {
  /** Fire and forget: an Event that cannot be written never disturbs a tick. Equal events are told once per interval. */
  record(event: TargetEvent): void;
}
