import assert from "node:assert/strict";
import { QueueConsumer } from "../../../../runtime/src/queue/consumer.ts";
import { until } from "../../../support/until.ts";
import { FakeConnection, fakeMessage, type FakeChannel } from "../support/fakeConnection.ts";

const prefetch = 2;

describe("a consumer whose channels are lost", function () {
  this.timeout(60_000);
  let connection: FakeConnection;
  let consumer: QueueConsumer;
  /** By body: ends the handler, which does not look at its signal. */
  let running: Map<unknown, () => void>;
  let most: number;

  beforeEach(() => {
    connection = new FakeConnection();
    running = new Map();
    most = 0;
    consumer = new QueueConsumer({
      ...{ connection: connection.real, queue: "q", prefetch },
      handler: async ({ body }) => {
        const { promise, resolve } = Promise.withResolvers<undefined>();
        running.set(body, () => {
          resolve(undefined);
        });
        most = Math.max(most, running.size);
        await promise;
        running.delete(body);
      },
      retry: { firstSeconds: 0, longestSeconds: 0 },
      random: () => 0,
      now: () => 0,
    });
  });
  afterEach(async () => {
    connection.hangs = false;
    for (const end of running.values()) end();
    await consumer.stop(0);
  });

  /** As many as the broker sends to a new subscription. */
  async function fill(first: number): Promise<FakeChannel> {
    await until("it is subscribed", () => consumer.subscribed());
    const channel = connection.channels.at(-1)!;
    for (let body = first; body < first + prefetch; body += 1) channel.deliver!(fakeMessage(body));
    return channel;
  }

  it("does not subscribe while their handlers have every place", async () => {
    const channel = await fill(1);
    channel.lose();
    // Time for several attempts: each would have opened a channel.
    await assert.rejects(
      until("a channel is opened", () => connection.channels.length > 1, 1),
      /waited/,
    );
    assert.equal(consumer.subscribed(), false);
    running.get(1)!();
    await fill(3);
    await until("the place is taken", () => running.has(3));
    assert.equal(most, prefetch);
  });

  it("holds what the broker sends beyond the places, and begins it in order", async () => {
    (await fill(1)).lose();
    running.get(1)!();
    const channel = await fill(3);
    await until("the free place is taken", () => running.has(3));
    assert.deepEqual([...running.keys()], [2, 3]);
    running.get(2)!();
    await until("the next has begun", () => running.has(4));
    running.get(4)!();
    await until("it is acked", () => channel.calls.includes("ack 4"));
    assert.equal(most, prefetch);
  });

  it("forgets what it holds with the channel that brought it", async () => {
    (await fill(1)).lose();
    running.get(1)!();
    (await fill(3)).lose();
    running.get(2)!();
    const channel = await fill(5);
    await until("a message of the new channel has begun", () => running.has(5));
    assert.ok(!running.has(4));
    running.get(5)!();
    await until("it is acked", () => channel.calls.includes("ack 5"));
    assert.equal(most, prefetch);
  });

  it("stops while it waits for a place", async () => {
    (await fill(1)).lose();
    const stopped = consumer.stop(30);
    for (const end of running.values()) end();
    assert.equal(await stopped, true);
    assert.equal(connection.channels.length, 1);
  });

  it("gives back what it holds when it stops, after the cancel", async () => {
    (await fill(1)).lose();
    running.get(1)!();
    const channel = await fill(3);
    const stopped = consumer.stop(30);
    channel.deliver!(fakeMessage(5));
    await until("that is given back", () => channel.calls.includes("nack 5"));
    for (const end of running.values()) end();
    assert.equal(await stopped, true);
    assert.deepEqual(channel.calls.slice(2), ["cancel", "nack 4", "nack 5", "ack 3", "close"]);
  });

  it("ends a subscription that was being made when it was stopped", async () => {
    await until("it subscribes", () => connection.channels[0]?.calls.includes("consume") ?? false);
    assert.equal(await consumer.stop(30), true);
    assert.equal(connection.open.size, 0);
  });

  it("stops in time when the broker does not answer", async () => {
    const channel = await fill(1);
    connection.hangs = true;
    const startedAt = performance.now();
    assert.equal(await consumer.stop(3), false);
    const seconds = (performance.now() - startedAt) / 1000;
    console.info(`      stop(3) took ${seconds.toFixed(1)} s`);
    // 3 s and a reserve of 2 s; one wait after the other would be 11 s.
    assert.ok(seconds < 9, `${seconds} s`);
    // Told all the same: a broker that comes to again has its messages back.
    assert.deepEqual(channel.calls.slice(2), ["cancel", "close"]);
  });

  it("does not say that all was done when the broker may not have the acks", async () => {
    await fill(1);
    for (const end of running.values()) end();
    await until("all is done", () => running.size === 0);
    connection.hangs = true;
    assert.equal(await consumer.stop(0), false);
  });
});
