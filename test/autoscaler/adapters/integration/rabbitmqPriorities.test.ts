import assert from "node:assert/strict";
import { connect, type ChannelModel, type ConfirmChannel } from "amqplib";
import type { RabbitmqBroker } from "../../../../autoscaler/src/adapters/rabbitmq/rabbitmqBroker.ts";
import { startRabbitmq, type Rabbitmq } from "../../../../local/servers/rabbitmq.ts";
import type { MetricSource } from "../../../../autoscaler/src/ports/metricSource.ts";
import { until } from "../../../support/until.ts";
import { brokerOf, measured, quorum, read } from "../rabbitmqReadings.ts";

/** Eleven messages, one of each priority: five up to 4, which a quorum queue takes for normal, six above. */
const sent = Array.from({ length: 11 }, (_, priority) => priority);

describe("priorities of messages on a real broker", function () {
  this.timeout(120_000);
  let server: Rabbitmq;
  let broker: RabbitmqBroker;
  let client: ChannelModel;
  let channel: ConfirmChannel;

  const source = (name: string, priorities: Record<string, number>): MetricSource =>
    broker.queue({ vhost: "/", queues: [{ name, weight: 10, priorities }], count: "all" });

  before(async () => {
    server = await startRabbitmq();
    client = await connect(server.amqpUrlWithCredentials);
    channel = await client.createConfirmChannel();
    await channel.assertQueue("quorum", quorum);
    const classic = { durable: true, arguments: { "x-max-priority": 10 } };
    for (const name of ["classic", "empty"]) await channel.assertQueue(name, classic);
    for (const name of ["quorum", "classic"]) {
      for (const priority of sent) channel.sendToQueue(name, Buffer.from("x"), { priority });
    }
    await channel.waitForConfirms();
    broker = brokerOf(server);
  });

  after(async () => {
    await broker.close();
    await client.close();
    await server.stop();
  });

  it("weigh the two classes of a quorum queue, and unacknowledged messages as 1", async () => {
    const weighed = source("quorum", { 0: 2, 9: 5 });
    await until("the classes are told", async () => measured(await read(weighed)).value === 10 * (5 * 2 + 6 * 5), 20);
    assert.equal(measured(await read(weighed)).partial, undefined);
    assert.equal(measured(await read(weighed)).queue?.ready, 11);
    const worker = await client.createChannel();
    await worker.prefetch(4);
    await worker.consume("quorum", () => undefined);
    // A quorum queue delivers high priorities first, but every third message is a normal one.
    await until(
      "four are delivered",
      async () => {
        const { queue, value } = measured(await read(weighed));
        return queue?.unacknowledged === 4 && queue.ready === 7 && value < 10 * 40;
      },
      30,
    );
    const { value, partial } = measured(await read(weighed));
    assert.equal(partial, undefined);
    const delivered = [0, 1, 2, 3, 4].map((normal) => 10 * (4 + (5 - normal) * 2 + (6 - 4 + normal) * 5));
    assert.ok(delivered.includes(value), `${value}`);
    await worker.close();
    // What comes back is of no class: the higher weight.
    await until(
      "they are given back",
      async () => measured(await read(weighed)).value === value - 10 * 4 + 10 * 4 * 5,
      30,
    );
  });

  it("are unknown for a classic queue: partial, at least the lowest weight", async () => {
    const unnamed = source("classic", { 9: 5 });
    await until("the statistics are there", async () => measured(await read(unnamed)).queue?.consumers === 0, 15);
    const { value, partial } = measured(await read(unnamed));
    assert.equal(value, 110);
    assert.equal(partial, "priorities are unknown: the broker does not tell the depth per priority");
    assert.equal(measured(await read(source("classic", { 0: 0.5, 9: 5 }))).value, 55);
  });

  it("do not matter to an empty queue", async () => {
    const empty = source("empty", { 9: 5 });
    await until("the reading is full", async () => measured(await read(empty)).partial === undefined, 15);
    assert.equal(measured(await read(empty)).value, 0);
  });
});
