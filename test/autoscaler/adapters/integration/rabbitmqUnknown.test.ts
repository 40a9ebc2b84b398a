import assert from "node:assert/strict";
import { connect } from "amqplib";
import { startRabbitmq } from "../../../../local/servers/rabbitmq.ts";
import { until } from "../../../support/until.ts";
import { brokerOf, errorOf, measured, quorum, read } from "../rabbitmqReadings.ts";

describe("rabbitmq adapter on a broker without statistics", function () {
  this.timeout(60_000);
  const cases = [
    {
      name: "metrics collector disabled",
      config: ["management_agent.disable_metrics_collector = true"],
      partial: true,
    },
    { name: "no rates kept", config: ["management.rates_mode = none"], partial: false },
  ];
  for (const { name, config, partial } of cases) {
    it(`${name}: what is unknown is absent, not zero`, async () => {
      const server = await startRabbitmq({ config });
      const broker = brokerOf(server);
      try {
        const client = await connect(server.amqpUrlWithCredentials);
        const channel = await client.createConfirmChannel();
        await channel.assertQueue("workflow", quorum);
        for (let i = 0; i < 4; i += 1) channel.sendToQueue("workflow", Buffer.from("x"));
        await channel.waitForConfirms();
        const source = broker.queue({ vhost: "/", queues: [{ name: "workflow", weight: 1 }], count: "all" });
        // The management API calls a queue "down" until its leader has reported for the first time.
        await until("the queue is up", async () => "value" in (await read(source)), 30);
        if (!partial) await until("it is full", async () => measured(await read(source)).partial === undefined, 15);
        const reading = measured(await read(source));
        assert.equal(reading.value, 4);
        assert.equal(reading.partial !== undefined, partial);
        assert.deepEqual(
          ["publishRate", "deliverRate", "ackRate"].filter((key) => key in (reading.queue ?? {})),
          [],
        );
        assert.equal("unacknowledged" in (reading.queue ?? {}), !partial);
        const asked = broker.unacknowledgedByAddress({ vhost: "/", queues: ["workflow"] }, AbortSignal.timeout(5000));
        if (partial) await assert.rejects(asked, /does not tell the consumers of queue workflow/);
        else assert.deepEqual(await asked, new Map());
        await client.close();
      } finally {
        await broker.close();
        await server.stop();
      }
    });
  }
});

describe("rabbitmq adapter on a cluster that lost its majority", function () {
  this.timeout(120_000);

  it("does not take the 0 of a quorum queue without a leader for an empty queue", async () => {
    const server = await startRabbitmq({ nodes: 3 });
    const broker = brokerOf(server);
    try {
      // A quorum queue's first leader is the node its client is connected to: one that will be killed.
      const { host } = new URL(server.nodes[1]!.amqpUrl);
      const client = await connect(server.amqpUrlWithCredentials.replace(new URL(server.amqpUrl).host, host));
      client.on("error", () => undefined);
      const channel = await client.createConfirmChannel();
      await channel.assertQueue("workflow", quorum);
      for (let i = 0; i < 9; i += 1) channel.sendToQueue("workflow", Buffer.from("x"));
      await channel.waitForConfirms();
      const source = broker.queue({ vhost: "/", queues: [{ name: "workflow", weight: 1 }], count: "all" });
      assert.equal(measured(await read(source)).value, 9);
      await Promise.all([server.nodes[1]!.kill(), server.nodes[2]!.kill()]);
      const alone = await connect(server.amqpUrlWithCredentials);
      await until("AMQP says 0", async () => {
        const check = await alone.createChannel();
        const { messageCount } = await check.checkQueue("workflow");
        await check.close();
        return messageCount === 0;
      });
      await until("the source fails", async () => "error" in (await read(source)));
      assert.equal(await errorOf(source), "queue workflow on vhost / is minority");
      await alone.close();
    } finally {
      await broker.close();
      await server.stop();
    }
  });
});
