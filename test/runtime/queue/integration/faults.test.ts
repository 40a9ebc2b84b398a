import assert from "node:assert/strict";
import { once } from "node:events";
import { until } from "../../../support/until.ts";
import { createBroker, type Broker } from "../support/broker.ts";

describe("a consumer and a RabbitMQ in trouble", function () {
  this.timeout(300_000);
  let broker: Broker;
  before(async () => {
    broker = await createBroker();
  });
  after(() => broker.remove());
  afterEach(() => broker.api("/queues/%2F/workflow/contents", { method: "DELETE" }));

  it("has no more handlers than it was told, however often its channel is lost", async () => {
    const queue = await broker.connect({ name: "lossy" });
    const bodies = Array.from({ length: 8 }, (_, index) => index);
    await Promise.all(bodies.map((body) => queue.publish("workflow", body)));
    const seen = new Set<unknown>();
    const ends: (() => void)[] = [];
    let running = 0;
    let most = 0;
    const consumer = await queue.consume(
      "workflow",
      async ({ body }) => {
        most = Math.max(most, (running += 1));
        await new Promise<void>((resolve) => ends.push(resolve));
        running -= 1;
        seen.add(body);
      },
      { prefetch: 2 },
    );
    await until("two run", () => running === 2, 60);
    for (const loss of [1, 2, 3]) {
      const lost = () => broker.log.filter(({ message }) => message === "connection to the broker lost").length;
      const before = lost();
      await broker.rabbitmq.ctl(["close_all_connections", "test"]);
      await until(`loss ${loss} is known`, () => lost() >= before + 2, 60);
      await until("it is connected again", () => queue.connected(), 60);
      // One of two: the new subscription brings one message too many.
      ends.shift()?.();
      await until("it is subscribed again", () => consumer.subscribed(), 60);
      await until("the place is taken", () => running === 2, 60);
    }
    await until(
      "all have come",
      () => {
        ends.splice(0).forEach((end) => {
          end();
        });
        return seen.size === bodies.length && running === 0;
      },
      60,
    );
    assert.equal(most, 2);
    assert.equal(await consumer.stop(10), true);
    await until("none is left", async () => (await queue.depth("workflow")) === 0, 30);
    await queue.close();
  });

  it("closes in time although the broker hangs", async () => {
    const queue = await broker.connect();
    const begun = Promise.withResolvers<AbortSignal>();
    await queue.consume(
      "workflow",
      async ({ signal }) => {
        begun.resolve(signal);
        await once(signal, "abort");
      },
      { prefetch: 1 },
    );
    await queue.publish("workflow", 1);
    const signal = await begun.promise;
    const [node] = broker.rabbitmq.nodes;
    node!.process.kill("SIGSTOP");
    try {
      const startedAt = performance.now();
      assert.equal(await queue.close(3), false);
      const seconds = (performance.now() - startedAt) / 1000;
      console.info(`      close(3) took ${seconds.toFixed(1)} s`);
      // 3 s and a reserve of 2 s; one wait after the other would be 16 s.
      assert.ok(seconds < 10, `${seconds} s`);
      assert.match(String(signal.reason), /time to finish is over/);
    } finally {
      node!.process.kill("SIGCONT");
    }
  });
});
