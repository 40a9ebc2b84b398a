import assert from "node:assert/strict";
import { Depths } from "../../../../runtime/src/queue/depth.ts";
import { FakeConnection } from "../support/fakeConnection.ts";

describe("the depths of queues", function () {
  this.timeout(60_000);
  let connection: FakeConnection;
  let depths: Depths;
  let now: number;
  beforeEach(() => {
    connection = new FakeConnection();
    connection.depths = { a: 1, b: 2, c: 3 };
    now = 0;
    depths = new Depths(connection.real, () => now);
  });

  it("are asked for over one channel, one after another", async () => {
    for (const queue of ["a", "b", "c"]) depths.watch(queue);
    await depths.askAll();
    await Promise.all([depths.askAll(), depths.ask("a")]);
    assert.deepEqual(depths.known(), { a: 1, b: 2, c: 3 });
    assert.deepEqual([connection.channels.length, connection.mostAsking], [1, 1]);
  });

  it("are asked for over another channel after one that is missing", async () => {
    for (const queue of ["a", "missing", "c"]) depths.watch(queue);
    await depths.askAll();
    assert.deepEqual(depths.known(), { a: 1, missing: null, c: 3 });
    assert.deepEqual([connection.channels.length, connection.open.size], [2, 1]);
  });

  it("are asked for over another channel after a lost one", async () => {
    await depths.ask("a");
    connection.channels[0]!.lose();
    assert.equal(await depths.ask("a"), 1);
    assert.equal(connection.open.size, 1);
  });

  it("count as unknown after a minute", async () => {
    await depths.ask("a");
    now = 60_001;
    assert.deepEqual(depths.known(), { a: null });
  });

  it("are told of queues that were found, not of those that were only asked for", async () => {
    await assert.rejects(depths.ask("missing"), /depth of missing is unknown: no queue/);
    assert.deepEqual(depths.known(), {});
  });

  const impossible = [
    { name: "an empty name", queue: "" },
    { name: "a name that AMQP cannot send", queue: "q".repeat(256) },
  ];
  for (const { name, queue } of impossible)
    it(`are not asked for by ${name}`, async () => {
      await assert.rejects(depths.ask(queue), /is unknown: bad queue name: queue must have 1 to 255 bytes/);
      assert.equal(connection.channels.length, 0);
    });

  it("are told of 100 queues at most", async () => {
    for (let index = 0; index < 150; index += 1) depths.watch(`q${index}`);
    assert.equal(Object.keys(depths.known()).length, 100);
    // One that is not told of can be asked for.
    assert.equal(await depths.ask("a"), 1);
    assert.equal(Object.keys(depths.known()).length, 100);
  });

  it("are all unknown at once when the broker does not answer, and come back with it", async () => {
    await depths.ask("a");
    connection.hangs = true;
    const startedAt = performance.now();
    const answers = await Promise.allSettled(["a", "b", "c"].map((queue) => depths.ask(queue)));
    const seconds = (performance.now() - startedAt) / 1000;
    for (const answer of answers) assert.match(String((answer as PromiseRejectedResult).reason), /no answer in 5 s/);
    assert.ok(seconds < 9, `${seconds} s`);
    assert.deepEqual(depths.known(), { a: null });
    connection.hangs = false;
    assert.equal(await depths.ask("b"), 2);
  });
});
