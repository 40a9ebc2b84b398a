export { connectQueue } from "./connectQueue.ts";
export { PublishError, RejectMessage, type PublishFailure } from "./errors.ts";
export type {
  Consumer,
  ConsumeOptions,
  Handler,
  Logger,
  Message,
  PublishOptions,
  Queue,
  QueueOptions,
} from "./options.ts";
export type { RetryPauses } from "./retry.ts";
export { queueSettings } from "./settings.ts";
export type { QueueStatus, QueueTelemetry } from "./telemetry.ts";
export { exchanges, priorities, queues } from "./topology.ts";
