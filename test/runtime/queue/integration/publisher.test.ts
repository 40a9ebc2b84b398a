import assert from "node:assert/strict";
import { PublishError, type QueueTelemetry } from "../../../../runtime/src/queue/index.ts";
import { until } from "../../../support/until.ts";
import { createBroker, services, type Broker } from "../support/broker.ts";

type Published = Parameters<QueueTelemetry["published"]>[0];

describe("a publisher and one RabbitMQ", function () {
  this.timeout(300_000);
  let broker: Broker;
  before(async () => {
    broker = await createBroker();
  });
  after(() => broker.remove());
  afterEach(() => broker.api("/queues/%2F/workflow/contents", { method: "DELETE" }));

  const reasonOf = async (published: Promise<void>): Promise<PublishError> => {
    const error: unknown = await published.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof PublishError, `not a PublishError: ${String(error)}`);
    return error;
  };

  it("tells of a message that no queue takes, and delivers the one beside it", async () => {
    const queue = await broker.connect();
    const [, error] = await Promise.all([queue.publish("workflow", 1), reasonOf(queue.publish("missing", 1))]);
    assert.equal(error.reason, "unroutable");
    assert.match(error.message, /to missing: NO_ROUTE/);
    await assert.rejects(queue.publish("q".repeat(256), 1), RangeError);
    // Nobody asks for the depth of a name that was only tried.
    assert.deepEqual(Object.keys(queue.status().depth), ["workflow"]);
    await until("the other is ready", async () => (await queue.depth("workflow")) === 1, 30);
    await queue.close();
  });

  it("tells of a full queue", async () => {
    const published: Published[] = [];
    const telemetry = { published: (event: Published) => published.push(event) } as unknown as QueueTelemetry;
    const queue = await broker.connect({ telemetry });
    await broker.declare("test-full", { "max-length": 3 });
    const outcomes: string[] = [];
    // A quorum queue may take a few more than its limit before publishers learn of it.
    for (let index = 0; index < 50; index += 1)
      outcomes.push(
        await queue.publish("test-full", index).then(
          () => "confirmed",
          (error: unknown) => (error as PublishError).reason,
        ),
      );
    assert.equal(outcomes.at(0), "confirmed");
    assert.equal(outcomes.at(-1), "refused");
    assert.deepEqual([...new Set(outcomes)], ["confirmed", "refused"]);
    const confirmed = outcomes.filter((outcome) => outcome === "confirmed").length;
    assert.equal(published.filter(({ outcome }) => outcome === "confirmed").length, confirmed);
    assert.equal(published.length, 50);
    await queue.close();
  });

  it("waits while the broker restarts, and sends again what was not confirmed", async () => {
    const queue = await broker.connect();
    await queue.publish("workflow", "before");
    const [node] = broker.rabbitmq.nodes;
    await node!.kill();
    await until("the loss is known", () => !queue.connected(), 30);
    const waiting = Array.from({ length: 200 }, (_, index) =>
      queue.publish("workflow", index, { timeoutSeconds: 240 }),
    );
    await assert.rejects(queue.depth("workflow"), /depth of workflow is unknown: not connected: /);
    assert.equal(queue.status().depth.workflow, null);
    await node!.start();
    await Promise.all(waiting);
    await until("all are ready", async () => (await queue.depth("workflow")) >= 201, 60);
    assert.equal((await queue.measure()).connected, true);
    await queue.close();
  });

  describe("whose broker is away", () => {
    // A port where nothing listens: discard's, which only a privileged process could take.
    const away = { urls: ["amqp://127.0.0.1:9"] };

    it("gives up in time and says why", async () => {
      const queue = await broker.connect(away);
      await until("an attempt has failed", () => broker.log.some(({ message }) => message.startsWith("cannot")), 30);
      const error = await reasonOf(queue.publish("workflow", 1, { timeoutSeconds: 0.1, messageId: "a" }));
      assert.equal(error.reason, "timeout");
      assert.equal(error.mayBeQueued, false);
      assert.match(
        error.message,
        /cannot publish a to workflow: not confirmed in 0.1 s: not connected: .*ECONNREFUSED/,
      );
      await queue.close();
    });

    it("obeys a signal", async () => {
      const queue = await broker.connect(away);
      const controller = new AbortController();
      const published = queue.publish("workflow", 1, { signal: controller.signal });
      const why = new Error("the request is over");
      controller.abort(why);
      await assert.rejects(published, why);
      await assert.rejects(queue.publish("workflow", 1, { signal: controller.signal }), why);
      await queue.close();
    });

    it("refuses more than it can hold", async () => {
      const queue = await broker.connect({ ...away, maxWaiting: 2 });
      const held = [queue.publish("workflow", 1), queue.publish("workflow", 2)].map(reasonOf);
      assert.equal((await reasonOf(queue.publish("workflow", 3))).reason, "overloaded");
      assert.equal(await queue.close(0), false);
      for (const error of await Promise.all(held)) assert.equal(error.reason, "closed");
      assert.equal((await reasonOf(queue.publish("workflow", 4))).reason, "closed");
    });

    it("finds another member of the list", async () => {
      const queue = await broker.connect({ urls: [...away.urls, ...broker.urls], random: () => 0 });
      await queue.publish("workflow", 1);
      assert.equal(queue.connected(), true);
      await queue.close();
    });
  });

  it("keeps trying with a wrong password, and shows it nowhere", async () => {
    const password = "wrongPassword2";
    const queue = await broker.connect({ password });
    const lines = () => broker.log.filter(({ fields }) => JSON.stringify(fields).includes("ACCESS_REFUSED"));
    await until("two attempts are refused", () => lines().length >= 2, 60);
    const error = await reasonOf(queue.publish("workflow", 1, { timeoutSeconds: 0.1 }));
    assert.match(error.message, /ACCESS_REFUSED - Login was refused/);
    assert.equal(queue.connected(), false);
    const told = JSON.stringify([broker.log, error.message, error.stack, error]);
    assert.ok(!told.includes(password) && !told.includes(services.password));
    assert.ok(!told.includes(Buffer.from(password).toString("base64")));
    await queue.close();
  });

  it("needs no right but to write and read: it declares nothing", async () => {
    const queue = await broker.connect();
    await queue.publish("workflow", 1);
    await until("the depth is told", async () => (await queue.depth("workflow")) === 1, 30);
    await assert.rejects(queue.depth("missing"), /depth of missing is unknown: .*NOT_FOUND/);
    const { body } = await broker.api("/queues/%2F");
    assert.ok(!(body as { name: string }[]).some(({ name }) => name === "missing"));
    await queue.close();
  });

  it("keeps every message's id, time, priority and headers", async () => {
    const queue = await broker.connect({ now: () => 1_700_000_000_123 });
    await queue.publish("workflow", { a: 1 }, { messageId: "m1", priority: 4, headers: { tenant: "t" } });
    const raw = await broker.raw();
    const channel = await raw.createChannel();
    const message = await channel.get("workflow", { noAck: true });
    assert.ok(message);
    const { properties } = message;
    assert.equal(message.content.toString(), '{"a":1}');
    assert.deepEqual(properties.headers, { tenant: "t", "x-published-at-ms": 1_700_000_000_123 });
    assert.deepEqual(
      [properties.messageId, properties.priority, properties.deliveryMode, properties.timestamp],
      ["m1", 4, 2, 1_700_000_000],
    );
    assert.equal(properties.contentType, "application/json");
    await raw.close();
    await queue.close();
  });
});
