import assert from "node:assert/strict";
import { RabbitmqBroker, type RabbitmqOptions } from "../../../autoscaler/src/adapters/rabbitmq/rabbitmqBroker.ts";
import { systemClock } from "../../../autoscaler/src/adapters/system/systemClock.ts";
import type { Measurement, Reading } from "../../../autoscaler/src/core/model.ts";
import type { MetricSource } from "../../../autoscaler/src/ports/metricSource.ts";
import type { Rabbitmq } from "../../../local/servers/rabbitmq.ts";

export const quorum = { durable: true, arguments: { "x-queue-type": "quorum" } };

export async function read(source: MetricSource): Promise<Reading> {
  return source.read(AbortSignal.timeout(10_000));
}

export function measured(reading: Reading): Measurement {
  if ("error" in reading) assert.fail(reading.error);
  return reading;
}

export async function errorOf(source: MetricSource): Promise<string> {
  const reading = await read(source);
  if (!("error" in reading)) assert.fail(`read ${reading.value}`);
  return reading.error;
}

export function brokerOf(server: Rabbitmq, changes: Partial<RabbitmqOptions> = {}): RabbitmqBroker {
  const { managementUrl, amqpUrl, username, password } = server;
  const credentials = () => Promise.resolve({ username, password });
  return new RabbitmqBroker({ managementUrl, amqpUrl, credentials, clock: systemClock, ...changes });
}
