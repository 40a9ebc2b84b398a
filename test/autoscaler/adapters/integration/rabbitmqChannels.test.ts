import assert from "node:assert/strict";
import { connect, type Channel, type ChannelModel } from "amqplib";
import { systemClock } from "../../../../autoscaler/src/adapters/system/systemClock.ts";
import { AmqpConnection } from "../../../../autoscaler/src/adapters/rabbitmq/amqpConnection.ts";
import { parseLocation } from "../../../../autoscaler/src/adapters/rabbitmq/location.ts";
import { ReadyCounter } from "../../../../autoscaler/src/adapters/rabbitmq/readyCounter.ts";
import { startRabbitmq, type Rabbitmq } from "../../../../local/servers/rabbitmq.ts";
import { until } from "../../../support/until.ts";

const names = Array.from({ length: 200 }, (_, i) => `queue-${i}`);

describe("counting by passive declares on channels that stay open", function () {
  this.timeout(120_000);
  let server: Rabbitmq;
  let client: ChannelModel;
  let channel: Channel;
  let connection: AmqpConnection;
  let counter: ReadyCounter;

  /** Process ids of the counter's own channels: another id is another channel. */
  const openChannels = async (): Promise<string[]> => {
    const ours = (await server.ctl(["list_connections", "-q", "pid", "client_properties"]))
      .split("\n")
      .find((line) => line.includes("counter"))
      ?.split("\t")[0];
    const channels = (await server.ctl(["list_channels", "-q", "pid", "connection"])).split("\n");
    return channels.flatMap((line) => (ours !== undefined && line.endsWith(ours) ? [line.split("\t")[0]!] : [])).sort();
  };

  before(async () => {
    server = await startRabbitmq();
    client = await connect(server.amqpUrlWithCredentials);
    channel = await client.createChannel();
    for (const name of names) {
      await channel.assertQueue(name, { durable: true });
      channel.sendToQueue(name, Buffer.from("x"));
    }
    connection = new AmqpConnection("/", {
      location: parseLocation("amqpUrl", server.amqpUrl, ["amqp:"]),
      credentials: () => Promise.resolve(server),
      clock: systemClock,
      timeoutSeconds: 3,
      connectionName: "counter",
    });
    counter = new ReadyCounter(connection, 1);
    await until("the messages are there", async () => (await counter.count([names.at(-1)!])).get(names.at(-1)!) === 1);
  });

  after(async () => {
    await connection.close();
    await client.close();
    await server.stop();
  });

  it("reads hundreds of queues at once on at most four channels, again and again", async () => {
    const counts = await Promise.all(names.map(async (name) => (await counter.count([name])).get(name)));
    assert.ok(counts.every((count) => count === 1));
    const before = await openChannels();
    assert.ok(before.length >= 1 && before.length <= 4, `${before.length}`);
    for (let i = 0; i < 10; i += 1) await counter.count(names);
    assert.deepEqual(await openChannels(), before);
  });

  it("answers every reader while others ask for queues that do not exist", async () => {
    const asked = names.flatMap((name, i) => (i % 10 === 0 ? [name, `lost-${i}`] : [name]));
    const counts = await Promise.all(asked.map(async (name) => (await counter.count([name])).get(name)));
    assert.deepEqual(
      counts,
      asked.map((name) => (name.startsWith("lost") ? null : 1)),
    );
    await counter.count(names);
    const before = await openChannels();
    // Known to be missing by now: they close no channel of the others.
    for (let i = 0; i < 5; i += 1) await counter.count(asked);
    assert.deepEqual(await openChannels(), before);
  });

  it("finds a queue that was missing as soon as it exists", async () => {
    assert.equal((await counter.count(["late"])).get("late"), null);
    await channel.assertQueue("late", { durable: true });
    assert.equal((await counter.count(["late"])).get("late"), 0);
  });

  it("lets a queue that does not answer delay nobody for long", async () => {
    await channel.assertQueue("hung", { durable: true });
    const process =
      '{ok, Q} = rabbit_amqqueue:lookup(rabbit_misc:r(<<"/">>, queue, <<"hung">>)), P = amqqueue:get_pid(Q)';
    await server.ctl(["eval", `${process}, sys:suspend(P).`]);
    try {
      const [hung, ...others] = await Promise.allSettled(["hung", ...names].map((name) => counter.count([name])));
      assert.match(hung?.status === "rejected" ? String(hung.reason) : "", /no answer in time/);
      assert.ok(others.every(({ status }) => status === "fulfilled"));
    } finally {
      await server.ctl(["eval", `${process}, sys:resume(P).`]);
    }
    assert.equal((await counter.count(["hung"])).get("hung"), 0);
  });

  it("counts again after its connection was closed", async () => {
    client.on("error", () => undefined);
    await server.ctl(["close_all_connections", "test"]);
    await until("the counts are back", async () => (await counter.count(["queue-0"])).get("queue-0") === 1, 20);
    client = await connect(server.amqpUrlWithCredentials);
  });
});
