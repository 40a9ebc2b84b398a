import assert from "node:assert/strict";
import { connect, type ChannelModel, type ConfirmChannel } from "amqplib";
import type { RabbitmqBroker } from "../../../../autoscaler/src/adapters/rabbitmq/rabbitmqBroker.ts";
import { systemClock } from "../../../../autoscaler/src/adapters/system/systemClock.ts";
import type { Measurement } from "../../../../autoscaler/src/core/model.ts";
import { startRabbitmq, type Rabbitmq } from "../../../../local/servers/rabbitmq.ts";
import { until } from "../../../support/until.ts";
import { brokerOf, errorOf, measured, quorum, read } from "../rabbitmqReadings.ts";

const oddVhost = "orders/é %2F";

describe("rabbitmq adapter on a real broker", function () {
  this.timeout(120_000);
  let server: Rabbitmq;
  let broker: RabbitmqBroker;
  let client: ChannelModel;
  let channel: ConfirmChannel;
  const ends: (() => unknown)[] = [];

  const publish = async (queue: string, count: number): Promise<void> => {
    for (let i = 0; i < count; i += 1) channel.sendToQueue(queue, Buffer.from("x"));
    await channel.waitForConfirms();
  };

  before(async () => {
    server = await startRabbitmq({ config: ["management_agent.disable_metrics_collector = false"] });
    ends.push(() => server.stop());
    await server.ctl(["add_vhost", oddVhost]);
    await server.ctl(["set_permissions", "-p", oddVhost, server.username, ".*", ".*", ".*"]);
    client = await connect(server.amqpUrlWithCredentials);
    ends.push(() => client.close());
    channel = await client.createConfirmChannel();
    for (const name of ["workflow", "workflow-slow"]) await channel.assertQueue(name, quorum);
    await channel.assertQueue("classic", { durable: true });
    broker = brokerOf(server);
    ends.push(() => broker.close());
    await publish("workflow", 7);
    await publish("workflow-slow", 2);
  });

  after(async () => {
    // Whatever has been started, in reverse, also when a later start failed.
    for (const end of ends.reverse()) await end();
  });

  it("sums several queues by weight", async () => {
    const queues = [
      { name: "workflow", weight: 1 },
      { name: "workflow-slow", weight: 10 },
    ];
    const source = broker.queue({ vhost: "/", queues, count: "ready" });
    assert.equal(measured(await read(source)).value, 27);
    // The statistics of a new queue take up to 5 s.
    await until("the reading is full", async () => measured(await read(source)).partial === undefined, 15);
    const reading = measured(await read(source));
    assert.equal(reading.value, 27);
    assert.equal(reading.queue?.ready, 9);
    assert.ok(Math.abs(reading.observedAt - systemClock.now()) < 2);
  });

  it("reads all queues that match a regular expression as a whole", async () => {
    const reading = measured(await read(broker.queue({ vhost: "/", queues: "workflow|workflow-.*", count: "ready" })));
    assert.equal(reading.value, 9);
    const whole = measured(await read(broker.queue({ vhost: "/", queues: "workflow", count: "ready" })));
    assert.equal(whole.value, 7);
  });

  it("says that no queue matches, and which queues do not exist", async () => {
    assert.match(
      await errorOf(broker.queue({ vhost: "/", queues: "none.*", count: "all" })),
      /no queue on vhost \/ matches none/,
    );
    const queues = ["lost", "workflow", "gone"].map((name) => ({ name, weight: 1 }));
    const error = await errorOf(broker.queue({ vhost: "/", queues, count: "all" }));
    assert.equal(error, "queue lost, gone on vhost / does not exist");
  });

  it("reads a vhost whose name needs encoding", async () => {
    const url = `${server.amqpUrlWithCredentials}/${encodeURIComponent(oddVhost)}`;
    const other = await connect(url);
    const odd = await other.createConfirmChannel();
    await odd.assertQueue("q é/1", { durable: true });
    odd.sendToQueue("q é/1", Buffer.from("x"));
    await odd.waitForConfirms();
    await other.close();
    const source = broker.queue({ vhost: oddVhost, queues: [{ name: "q é/1", weight: 3 }], count: "ready" });
    assert.equal(measured(await read(source)).value, 3);
    const byPattern = broker.queue({ vhost: oddVhost, queues: "q.*", count: "ready" });
    // A poll is shared for two seconds: it may have begun before the queue was made.
    await until("the new queue is listed", async () => !("error" in (await read(byPattern))));
    assert.equal(measured(await read(byPattern)).value, 1);
  });

  it("says that a vhost does not exist", async () => {
    const source = broker.queue({ vhost: "nowhere", queues: [{ name: "q", weight: 1 }], count: "all" });
    assert.match(await errorOf(source), /nowhere/);
  });

  for (const type of ["classic", "workflow"]) {
    it(`knows unacknowledged messages, consumers and rates of ${type}`, async () => {
      const worker = await client.createChannel();
      const source = broker.queue({ vhost: "/", queues: [{ name: type, weight: 1 }], count: "all" });
      await channel.purgeQueue(type);
      await worker.prefetch(3);
      await worker.consume(type, () => undefined);
      let sent = 0;
      const startedAt = systemClock.now();
      // Sends 40 messages a second by the clock, so that a slow machine only sends them later, not fewer.
      const timer = setInterval(() => {
        for (; sent < (systemClock.now() - startedAt) * 40; sent += 1) channel.sendToQueue(type, Buffer.from("x"));
      }, 20);
      try {
        let queue: Measurement["queue"];
        await until(
          "the rate is that of the sender",
          async () => {
            ({ queue } = measured(await read(source)));
            return Math.abs((queue?.publishRate ?? 0) - 40) < 2;
          },
          40,
        );
        assert.equal(queue?.unacknowledged, 3);
        assert.equal(queue.consumers, 1);
        assert.equal(queue.ackRate, 0);
        assert.ok((queue.deliverRate ?? -1) >= 0);
      } finally {
        clearInterval(timer);
        await worker.close();
      }
    });
  }

  it("counts a message that is delivered, before the statistics show it", async () => {
    await channel.purgeQueue("workflow-slow");
    await publish("workflow-slow", 5);
    const source = broker.queue({ vhost: "/", queues: [{ name: "workflow-slow", weight: 1 }], count: "all" });
    const statistics = brokerOf(server, { amqpUrl: "amqp://127.0.0.1:1" });
    const slow = statistics.queue({ vhost: "/", queues: [{ name: "workflow-slow", weight: 1 }], count: "ready" });
    await until("the statistics show the messages", async () => measured(await read(slow)).value === 5, 15);
    const worker = await client.createChannel();
    let delivered = 0;
    await worker.consume("workflow-slow", () => (delivered += 1));
    await until("all are delivered", () => delivered === 5);
    let lowest = Infinity;
    await until(
      "the statistics show them delivered",
      async () => {
        const reading = measured(await read(source));
        lowest = Math.min(lowest, reading.value);
        return reading.queue?.unacknowledged === 5 && reading.value === 5;
      },
      20,
    );
    assert.equal(lowest, 5);
    await worker.close();
  });

  it("gives no negative rate when a queue is deleted and made again", async () => {
    const source = broker.queue({ vhost: "/", queues: [{ name: "classic", weight: 1 }], count: "all" });
    await publish("classic", 50);
    await channel.deleteQueue("classic");
    assert.match(await errorOf(source), /classic on vhost \/ does not exist/);
    await channel.assertQueue("classic", { durable: true });
    await publish("classic", 5);
    const deadline = systemClock.now() + 12;
    while (systemClock.now() < deadline) {
      const { queue } = measured(await read(source));
      assert.ok((queue?.publishRate ?? 0) >= 0);
      await systemClock.sleep(0.5, AbortSignal.timeout(1000));
    }
  });

  it("shares one poll and one connection among all that ask", async () => {
    const sources = ["workflow", "workflow-slow", "classic"].map((name) =>
      broker.queue({ vhost: "/", queues: [{ name, weight: 1 }], count: "all" }),
    );
    const readings = (await Promise.all(sources.map(read))).map(measured);
    assert.equal(new Set(readings.map((reading) => reading.observedAt)).size, 1);
    const names = (await server.ctl(["list_connections", "-q", "vhost", "client_properties"])).split("\n");
    assert.equal(names.filter((line) => line.startsWith("/\t") && line.includes("jobsprint-autoscaler")).length, 1);
  });

  it("is partial while the management API is away, and full again after", async () => {
    const source = broker.queue({ vhost: "/", queues: [{ name: "workflow", weight: 1 }], count: "all" });
    const { value } = measured(await read(source));
    await server.ctl(["eval", "application:stop(rabbitmq_management)."]);
    try {
      await until("the reading is partial", async () => measured(await read(source)).partial !== undefined, 15);
      const reading = measured(await read(source));
      assert.match(reading.partial ?? "", /unacknowledged messages and rates are unknown: management API 127\.0\.0\.1/);
      assert.deepEqual(Object.keys(reading.queue ?? {}), ["ready"]);
      assert.ok(reading.value <= value);
      const pattern = broker.queue({ vhost: "/", queues: "work.*", count: "all" });
      assert.match(await errorOf(pattern), /management API/);
    } finally {
      await server.ctl(["eval", "application:start(rabbitmq_management)."]);
    }
    await until("the reading is full", async () => measured(await read(source)).partial === undefined, 20);
  });

  it("reads the management API's own count while AMQP is away", async () => {
    const alone = brokerOf(server, { amqpUrl: "amqp://127.0.0.1:1" });
    const source = alone.queue({ vhost: "/", queues: [{ name: "workflow-slow", weight: 2 }], count: "all" });
    await until("the statistics are there", async () => measured(await read(source)).value === 10, 15);
    assert.equal(measured(await read(source)).partial, undefined);
    const lost = alone.queue({ vhost: "/", queues: [{ name: "lost", weight: 2 }], count: "all" });
    assert.match(await errorOf(lost), /queue lost on vhost \/ does not exist/);
  });

  it("names host and cause but no secret when refused", async () => {
    const password = "s3cret/@:word";
    const urls = {
      managementUrl: server.managementUrl.replace("//", "//jobsprint:urlsecret@"),
      amqpUrl: server.amqpUrl.replace("//", "//jobsprint:urlsecret@"),
    };
    const refused = brokerOf(server, {
      ...urls,
      credentials: () => Promise.resolve({ username: "jobsprint", password }),
    });
    const error = await errorOf(refused.queue({ vhost: "/", queues: [{ name: "workflow", weight: 1 }], count: "all" }));
    assert.match(error, /AMQP 127\.0\.0\.1:\d+: .*ACCESS.REFUSED/);
    assert.match(error, /management API 127\.0\.0\.1:\d+: HTTP 401/);
    assert.doesNotMatch(error, /s3cret|urlsecret/);
    await refused.close();
  });

  it("recovers by itself when the broker stops and comes back", async () => {
    const source = broker.queue({ vhost: "/", queues: [{ name: "workflow-slow", weight: 1 }], count: "all" });
    const { value } = measured(await read(source));
    assert.equal(value, 5);
    client.removeAllListeners();
    client.on("error", () => undefined);
    await server.nodes[0]!.stop();
    // The last poll is still shared for up to two seconds.
    await until("neither part answers", async () => "error" in (await read(source)));
    const error = await errorOf(source);
    assert.match(error, /AMQP 127\.0\.0\.1:\d+: .*; management API 127\.0\.0\.1:\d+: ECONNREFUSED/);
    await server.nodes[0]!.start();
    await until(
      "the source reads again",
      async () => {
        const reading = await read(source);
        return !("error" in reading) && reading.partial === undefined && reading.value === 5;
      },
      30,
    );
    client = await connect(server.amqpUrlWithCredentials);
    channel = await client.createConfirmChannel();
  });
});
