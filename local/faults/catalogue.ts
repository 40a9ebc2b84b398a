import { autoscalerFaults } from "./catalogue/autoscaler.ts";
import { databaseFaults } from "./catalogue/database.ts";
import { rabbitmqFaults } from "./catalogue/rabbitmq.ts";
import { redisFaults } from "./catalogue/redis.ts";
import { serviceFaults } from "./catalogue/services.ts";
import type { Fault } from "./fault.ts";

/** Every fault that is tried, in the order of the page. */
export const faults: readonly Fault[] = [
  ...rabbitmqFaults,
  ...redisFaults,
  ...databaseFaults,
  ...autoscalerFaults,
  ...serviceFaults,
];
