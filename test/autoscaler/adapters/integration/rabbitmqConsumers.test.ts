import assert from "node:assert/strict";
import { connect, type ChannelModel, type ConfirmChannel } from "amqplib";
import type { RabbitmqBroker } from "../../../../autoscaler/src/adapters/rabbitmq/rabbitmqBroker.ts";
import { freePort } from "../../../../local/process.ts";
import { startRabbitmq, type Rabbitmq } from "../../../../local/servers/rabbitmq.ts";
import { until } from "../../../support/until.ts";
import { brokerOf, quorum } from "../rabbitmqReadings.ts";

/** More than one page of the management API. */
const manyChannels = 510;

describe("unacknowledged messages by address on a real broker", function () {
  this.timeout(120_000);
  let server: Rabbitmq;
  let broker: RabbitmqBroker;
  let client: ChannelModel;
  let channel: ConfirmChannel;
  let dualStackPort: number;
  const ends: (() => unknown)[] = [];

  const clientAt = async (localAddress: string, url = server.amqpUrlWithCredentials): Promise<ChannelModel> => {
    const socket = { noDelay: true, localAddress };
    const other = await connect(url, socket);
    ends.push(() => other.close());
    return other;
  };
  const consume = async (from: ChannelModel, queue: string, prefetch: number): Promise<void> => {
    const worker = await from.createChannel();
    await worker.prefetch(prefetch);
    await worker.consume(queue, () => undefined);
  };
  const ask = async (...queues: string[]): Promise<Record<string, number>> =>
    Object.fromEntries(await broker.unacknowledgedByAddress({ vhost: "/", queues }, AbortSignal.timeout(10_000)));

  before(async () => {
    dualStackPort = await freePort();
    server = await startRabbitmq({ config: [`listeners.tcp.2 = :::${dualStackPort}`] });
    ends.push(() => server.stop());
    client = await connect(server.amqpUrlWithCredentials);
    ends.push(() => client.close());
    channel = await client.createConfirmChannel();
    for (const name of ["workflow", "other"]) await channel.assertQueue(name, quorum);
    for (const name of ["classic", "empty", "unused"]) await channel.assertQueue(name, { durable: true });
    for (const name of ["workflow", "classic", "other"]) {
      for (let i = 0; i < 20; i += 1) channel.sendToQueue(name, Buffer.from("x"));
    }
    await channel.waitForConfirms();
    broker = brokerOf(server);
    ends.push(() => broker.close());
  });

  after(async () => {
    for (const end of ends.reverse()) await end();
  });

  it("sums the channels of each address, over all pages, and knows an idle consumer's 0", async () => {
    for (let i = 0; i < manyChannels; i += 1) await client.createChannel();
    const busy = await clientAt("127.0.0.2");
    await consume(busy, "workflow", 3);
    await consume(busy, "classic", 2);
    await consume(busy, "other", 7);
    await consume(await clientAt("127.0.0.3"), "empty", 5);
    await consume(await clientAt("127.0.0.4"), "other", 4);
    const expected = { "127.0.0.2": 5, "127.0.0.3": 0 };
    await until(
      "the statistics tell all channels",
      async () => {
        const told = await ask("workflow", "classic", "empty");
        return JSON.stringify(told) === JSON.stringify(expected);
      },
      15,
    );
    assert.deepEqual(await ask("workflow", "classic", "empty"), expected);
    assert.deepEqual(await ask("unused"), {});
  });

  it("shows a client of a dual-stack listener by its IPv4 address", async () => {
    const url = server.amqpUrlWithCredentials.replace(new URL(server.amqpUrl).port, `${dualStackPort}`);
    await consume(await clientAt("127.0.0.5", url), "unused", 1);
    await until("its channel is told", async () => (await ask("unused"))["127.0.0.5"] === 0, 15);
    assert.deepEqual(Object.keys(await ask("unused")), ["127.0.0.5"]);
  });

  it("leaves out an address while the count of one of its channels is unknown", async () => {
    await channel.assertQueue("fresh", { durable: true });
    await consume(await clientAt("127.0.0.6"), "fresh", 1);
    // Its channel is told only with the next statistics.
    assert.deepEqual(await ask("fresh"), {});
    await until("its channel is told", async () => (await ask("fresh"))["127.0.0.6"] === 0, 15);
  });

  it("says which queue does not exist", async () => {
    await assert.rejects(ask("workflow", "lost"), { message: "queue lost on vhost / does not exist" });
  });

  it("ends at the caller's signal", async () => {
    const asked = broker.unacknowledgedByAddress({ vhost: "/", queues: ["workflow"] }, AbortSignal.abort());
    await assert.rejects(asked, /management API 127\.0\.0\.1:\d+: .*aborted/);
  });
});
