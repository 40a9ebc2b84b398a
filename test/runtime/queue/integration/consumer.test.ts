import assert from "node:assert/strict";
import { once } from "node:events";
import {
  priorities,
  RejectMessage,
  type Handler,
  type Message,
  type Queue,
  type QueueTelemetry,
} from "../../../../runtime/src/queue/index.ts";
import { queues } from "../../../../runtime/src/queue/topology.ts";
import { until } from "../../../support/until.ts";
import { createBroker, type Broker } from "../support/broker.ts";

const fast = { firstSeconds: 0.02, longestSeconds: 0.05 };
const aborted = (signal: AbortSignal): Promise<unknown> => (signal.aborted ? Promise.resolve() : once(signal, "abort"));

describe("a consumer and one RabbitMQ", function () {
  this.timeout(300_000);
  let broker: Broker;
  let queue: Queue;
  const events: string[] = [];
  const telemetry: QueueTelemetry = {
    published: () => undefined,
    delivered: ({ redelivered, lagSeconds }) =>
      events.push(`delivered ${redelivered ? "again" : "first"} ${lagSeconds === null ? "null" : "lag"}`),
    settled: ({ outcome }) => events.push(outcome),
  };

  before(async () => {
    broker = await createBroker();
  });
  after(() => broker.remove());
  beforeEach(async () => {
    for (const name of ["workflow", "workflow_priority", "workflow_dlx"])
      await broker.api(`/queues/%2F/${name}/contents`, { method: "DELETE" });
    events.length = 0;
    queue = await broker.connect({ telemetry });
  });
  afterEach(() => queue.close(0));

  /** Dead letters arrive by the broker's own worker: waited for. */
  async function deadLetter(): Promise<{ text: string; headers: Record<string, unknown> }> {
    const raw = await broker.raw();
    const channel = await raw.createChannel();
    let found: { text: string; headers: Record<string, unknown> } | undefined;
    await until(
      "there is a dead letter",
      async () => {
        const message = await channel.get("workflow_dlx", { noAck: true });
        if (message !== false)
          found = { text: message.content.toString(), headers: message.properties.headers as Record<string, unknown> };
        return found !== undefined;
      },
      60,
    );
    await raw.close();
    assert.ok(found);
    return found;
  }

  it("acks after the handler", async () => {
    const seen: Message[] = [];
    const release = Promise.withResolvers<undefined>();
    const consumer = await queue.consume(
      "workflow",
      async (message) => {
        seen.push(message);
        await release.promise;
      },
      { prefetch: 2 },
    );
    await Promise.all([1, 2, 3].map((body) => queue.publish("workflow", body)));
    await until("two are being worked on", () => seen.length === 2, 30);
    assert.equal(consumer.subscribed(), true);
    assert.equal(await queue.depth("workflow"), 1);
    release.resolve(undefined);
    await until("all are acked", () => events.filter((event) => event === "acked").length === 3, 30);
    assert.equal(await consumer.stop(10), true);
    assert.deepEqual(seen.map(({ body }) => body).toSorted(), [1, 2, 3]);
    assert.deepEqual(
      seen.map(({ attempt, redelivered }) => [attempt, redelivered]),
      Array(3).fill([1, false]),
    );
    assert.ok(events.includes("delivered first lag"));
  });

  it("gives another attempt after a failure, and counts it", async () => {
    const attempts: number[] = [];
    await queue.consume(
      "workflow",
      ({ attempt }) => {
        attempts.push(attempt);
        return attempt < 3 ? Promise.reject(new Error("not yet")) : Promise.resolve();
      },
      { prefetch: 1, retry: fast },
    );
    await queue.publish("workflow", 1);
    await until("it is acked", () => events.includes("acked"), 30);
    assert.deepEqual(attempts, [1, 2, 3]);
    assert.deepEqual(
      events.filter((event) => !event.startsWith("delivered")),
      ["requeued", "requeued", "acked"],
    );
  });

  it("is rid of a poison message after the delivery limit", async () => {
    const { deadLetterExchange } = queues[0]!;
    const policy = { "dead-letter-exchange": deadLetterExchange, "dead-letter-strategy": "at-least-once" };
    await broker.declare("test-poison", { ...policy, "delivery-limit": 3 });
    let attempts = 0;
    const own = await broker.connect(broker.administrator);
    await own.consume(
      "test-poison",
      () => {
        attempts += 1;
        return Promise.reject(new Error("always"));
      },
      { prefetch: 1, retry: fast },
    );
    await queue.publish("test-poison", "poison");
    const { text, headers } = await deadLetter();
    assert.equal(text, '"poison"');
    assert.equal(headers["x-first-death-reason"], "delivery_limit");
    // Once, and as often again as the limit says.
    assert.equal(attempts, 4);
  });

  const hopeless: { name: string; raw: string; handler: Handler }[] = [
    { name: "a message that the handler rejects", raw: "1", handler: () => Promise.reject(new RejectMessage("no")) },
    { name: "what is not JSON", raw: "{", handler: () => Promise.resolve() },
    { name: "an empty body", raw: "", handler: () => Promise.resolve() },
  ];
  for (const { name, raw, handler } of hopeless) {
    it(`makes ${name} a dead letter at once`, async () => {
      let calls = 0;
      await queue.consume(
        "workflow",
        (message) => {
          calls += 1;
          return handler(message);
        },
        { prefetch: 1 },
      );
      const client = await broker.raw();
      const channel = await client.createConfirmChannel();
      channel.sendToQueue("workflow", Buffer.from(raw));
      await channel.waitForConfirms();
      await client.close();
      const { text, headers } = await deadLetter();
      assert.equal(text, raw);
      assert.equal(headers["x-first-death-reason"], "rejected");
      assert.ok(calls <= 1);
      await until("that is told", () => events.includes("deadLettered"), 10);
    });
  }

  it("finishes and acks what it has when it stops, and leaves the rest", async () => {
    let working = 0;
    const release = Promise.withResolvers<undefined>();
    const consumer = await queue.consume(
      "workflow",
      async () => {
        working += 1;
        await release.promise;
      },
      { prefetch: 5 },
    );
    await Promise.all(Array.from({ length: 8 }, (_, index) => queue.publish("workflow", index)));
    await until("five are being worked on", () => working === 5, 30);
    const stopped = consumer.stop(60);
    await until("it takes no more", () => !consumer.subscribed(), 30);
    release.resolve(undefined);
    assert.equal(await stopped, true);
    assert.equal(working, 5);
    assert.equal(events.filter((event) => event === "acked").length, 5);
    await until("three are left", async () => (await queue.depth("workflow")) === 3, 30);
  });

  it("cuts off what does not end in time, and the broker gives it to another", async () => {
    const begun = Promise.withResolvers<Message>();
    const consumer = await queue.consume(
      "workflow",
      async (message) => {
        begun.resolve(message);
        await aborted(message.signal);
      },
      { prefetch: 1 },
    );
    await queue.publish("workflow", "long");
    const { signal } = await begun.promise;
    assert.equal(signal.aborted, false);
    assert.equal(await consumer.stop(0.1), false);
    assert.equal(signal.aborted, true);
    assert.match(String(signal.reason), /time to finish is over/);
    // It ended without an error, but too late: not acked.
    await until("that is told", () => events.includes("requeued"), 10);
    assert.ok(!events.includes("acked"));
    const again = Promise.withResolvers<Message>();
    await queue.consume(
      "workflow",
      (message) => {
        again.resolve(message);
        return Promise.resolve();
      },
      { prefetch: 1 },
    );
    assert.equal((await again.promise).redelivered, true);
  });

  it("does not wait for a pause between attempts when it stops", async () => {
    const retry = { firstSeconds: 600, longestSeconds: 600 };
    let failed = 0;
    const consumer = await queue.consume("workflow", () => Promise.reject(new Error(`no ${(failed += 1)}`)), {
      prefetch: 1,
      retry,
    });
    await queue.publish("workflow", 1);
    await until("it has failed", () => failed === 1, 30);
    assert.equal(await consumer.stop(60), true);
    await until("it is ready again", async () => (await queue.depth("workflow")) === 1, 30);
  });

  it("takes urgent messages before normal ones that came first", async () => {
    const publish = (kind: string, priority: number) =>
      Promise.all(Array.from({ length: 6 }, () => queue.publish("workflow_priority", kind, { priority })));
    await publish("n", priorities.normal);
    await publish("u", priorities.urgent);
    let order = "";
    await queue.consume(
      "workflow_priority",
      ({ body }) => {
        order += String(body);
        return Promise.resolve();
      },
      { prefetch: 1 },
    );
    await until("all have come", () => order.length === 12, 30);
    // Strict from 4.3 on; until then every third is a normal one.
    assert.ok((order.slice(0, 6).match(/u/g) ?? []).length >= 4, order);
  });

  it("waits for a missing queue, and for one that is deleted and made again", async () => {
    const bodies: unknown[] = [];
    const own = await broker.connect(broker.administrator);
    const consumer = await own.consume(
      "test-late",
      ({ body }) => {
        bodies.push(body);
        return Promise.resolve();
      },
      { prefetch: 1 },
    );
    const missing = () => broker.log.some(({ fields }) => JSON.stringify(fields).includes("no queue 'test-late'"));
    await until("it was looked for", missing, 30);
    assert.equal(consumer.subscribed(), false);
    for (const round of [1, 2]) {
      await broker.declare("test-late", {});
      await until("it is subscribed", () => consumer.subscribed(), 60);
      await queue.publish("test-late", round);
      await until("it has come", () => bodies.length === round, 30);
      await broker.api("/queues/%2F/test-late", { method: "DELETE" });
      await until("the end is known", () => !consumer.subscribed(), 30);
    }
    assert.deepEqual(bodies, [1, 2]);
  });

  it("goes on after the broker was killed, and tells handlers whose delivery was lost", async () => {
    const first = Promise.withResolvers<Message>();
    const bodies: [unknown, boolean][] = [];
    const consumer = await queue.consume(
      "workflow",
      async (message) => {
        bodies.push([message.body, message.redelivered]);
        first.resolve(message);
        if (bodies.length === 1) await aborted(message.signal);
      },
      { prefetch: 1 },
    );
    await queue.publish("workflow", "kept");
    const { signal } = await first.promise;
    const [node] = broker.rabbitmq.nodes;
    await node!.kill();
    await aborted(signal);
    assert.match(String(signal.reason), /channel of the delivery was lost/);
    assert.equal(consumer.subscribed(), false);
    await node!.start();
    await until("it has come again", () => bodies.length === 2, 120);
    assert.deepEqual(bodies, [
      ["kept", false],
      ["kept", true],
    ]);
    await until("it is acked", () => events.includes("acked"), 30);
    assert.equal(consumer.subscribed(), true);
  });
});
