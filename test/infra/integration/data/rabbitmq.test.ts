import assert from "node:assert/strict";
import type { ConfirmChannel, GetMessage } from "amqplib";
import { priorities, queues } from "../../../../runtime/src/queue/topology.ts";
import { until } from "../../../support/until.ts";
import { createBroker, type Broker } from "./support/broker.ts";

interface Queue {
  readonly name: string;
  readonly type: string;
  readonly leader: string;
  readonly members: readonly string[];
  readonly policy: string;
  readonly messages: number;
  /** Comes with the statistics, seconds after the queue. */
  readonly effective_policy_definition?: Readonly<Record<string, unknown>>;
}

describe("three RabbitMQ members by the rendered configuration and definitions", function () {
  this.timeout(600_000);
  let broker: Broker;

  const queue = async (name: string, member = 0): Promise<Queue> =>
    (await broker.api("autoscaler", `/api/queues/%2F/${name}`, { member })).body as Queue;

  /** As `work` sees it: a channel of the services' user, open to the end of the work. */
  async function withChannel<T>(work: (channel: ConfirmChannel) => Promise<T>, member = 0): Promise<T> {
    const client = await broker.connect("services", member);
    client.on("error", () => undefined);
    try {
      return await work(await client.createConfirmChannel());
    } finally {
      await client.close();
    }
  }

  async function publish(channel: ConfirmChannel, name: string, bodies: readonly string[], priority = 0) {
    for (const body of bodies) channel.sendToQueue(name, Buffer.from(body), { persistent: true, priority });
    await channel.waitForConfirms();
  }

  /** The next message, waited for: a quorum queue may answer before it has one. */
  async function take(channel: ConfirmChannel, name: string, noAck = true): Promise<GetMessage> {
    let message: GetMessage | false = false;
    await until(`${name} has a message`, async () => (message = await channel.get(name, { noAck })) !== false, 60);
    assert.ok(message);
    return message;
  }

  /** The rendered policy with some limits small enough to be reached here; the rendered one again afterwards. */
  async function withLimits(name: string, limits: object, work: () => Promise<void>): Promise<void> {
    const { effective_policy_definition: rendered } = await queue(name);
    const override = {
      pattern: `^${name}$`,
      "apply-to": "quorum_queues",
      priority: 9,
      definition: { ...rendered, ...limits },
    };
    const path = "/api/policies/%2F/override";
    const { status } = await broker.api("admin", path, { method: "PUT", body: override });
    assert.equal(status, 201);
    try {
      await until("the override holds", async () => (await queue(name)).policy === "override", 60);
      await work();
    } finally {
      await broker.api("admin", path, { method: "DELETE" });
      await until("the rendered policy is back", async () => (await queue(name)).policy === name, 60);
    }
  }

  before(async () => {
    broker = await createBroker();
    await until(
      "all queues have three members",
      async () => {
        const all = await Promise.all(queues.map(({ name }) => queue(name)));
        return all.every((one) => one.members.length === 3 && one.effective_policy_definition !== undefined);
      },
      180,
    );
  });
  after(() => broker.remove());
  afterEach(async () => {
    for (const { name } of queues) await broker.api("admin", `/api/queues/%2F/${name}/contents`, { method: "DELETE" });
  });

  for (const { name, maxLength, messageTtlMs, deliveryLimit } of queues) {
    it(`hold ${name} as a quorum queue with a leader and its policy`, async () => {
      const { type, leader, members, effective_policy_definition: policy } = await queue(name);
      assert.equal(type, "quorum");
      assert.ok(members.includes(leader), leader);
      assert.equal(policy?.["max-length"], maxLength);
      assert.equal(policy?.["message-ttl"], messageTtlMs);
      assert.equal(policy?.["delivery-limit"], deliveryLimit);
    });
  }

  it("tell Prometheus the depth of each queue", async () => {
    // Each member tells of the queues that it leads, a few seconds late.
    const pageOf = async ({ prometheus }: Broker["members"][number]): Promise<string> =>
      (await fetch(`http://127.0.0.1:${prometheus}/metrics`)).text();
    const inAnyPage = async (): Promise<boolean> =>
      (await Promise.all(broker.members.map(pageOf))).some((page) =>
        /rabbitmq_queue_messages\{.*queue="workflow"/.test(page),
      );
    await until("the depth is there", inAnyPage, 60);
    assert.ok(await inAnyPage());
  });

  it("refuse what exceeds the length", async () => {
    await withLimits("workflow", { "max-length": 5 }, () =>
      withChannel(async (channel) => {
        // A quorum queue may take a few more than its limit before publishers learn of it.
        let refused = 0;
        for (let index = 0; index < 100; index += 1) {
          channel.sendToQueue("workflow", Buffer.from("x"), {}, (error: unknown) => (refused += error ? 1 : 0));
          await channel.waitForConfirms().catch(() => undefined);
        }
        assert.ok(refused > 0 && refused < 100, `${refused} of 100`);
        await until("the depth is told", async () => (await queue("workflow")).messages === 100 - refused, 60);
      }),
    );
  });

  it("move what is too old to the dead letters", async () => {
    await withLimits("workflow", { "message-ttl": 100 }, () =>
      withChannel(async (channel) => {
        await publish(channel, "workflow", ["old"]);
        const { content, properties, fields } = await take(channel, "workflow_dlx");
        assert.equal(content.toString(), "old");
        assert.equal(fields.routingKey, "workflow");
        assert.equal(properties.headers?.["x-first-death-reason"], "expired");
      }),
    );
  });

  for (const name of ["workflow", "workflow_priority"]) {
    it(`move what ${name} has delivered too often to the dead letters`, async () => {
      await withLimits(name, { "delivery-limit": 2 }, () =>
        withChannel(async (channel) => {
          await publish(channel, name, ["poison"]);
          // Once, and as often again as the limit says.
          for (let delivery = 0; delivery < 3; delivery += 1) channel.nack(await take(channel, name, false));
          const { properties } = await take(channel, "workflow_dlx");
          assert.equal(properties.headers?.["x-first-death-queue"], name);
          assert.equal(properties.headers["x-first-death-reason"], "delivery_limit");
        }),
      );
    });
  }

  it("deliver urgent messages before normal ones that came first", async () => {
    await withChannel(async (channel) => {
      await publish(channel, "workflow_priority", ["n", "n", "n", "n", "n", "n"], priorities.normal);
      await publish(channel, "workflow_priority", ["u", "u", "u", "u", "u", "u"], priorities.urgent);
      let order = "";
      while (order.length < 12) order += (await take(channel, "workflow_priority")).content.toString();
      // Strict from 4.3 on; until then every third is a normal one.
      assert.ok((order.slice(0, 6).match(/u/g) ?? []).length >= 4, order);
    });
  });

  describe("let the autoscaler", () => {
    it("read every member and every queue", async () => {
      assert.equal((await broker.api("autoscaler", "/api/nodes")).status, 200);
      assert.equal(((await broker.api("autoscaler", "/api/queues/%2F")).body as Queue[]).length, queues.length);
      const client = await broker.connect("autoscaler");
      const { queue: name } = await (await client.createChannel()).checkQueue("workflow");
      assert.equal(name, "workflow");
      await client.close();
    });

    const forbidden = [
      { name: "publish", run: (channel: ConfirmChannel) => channel.sendToQueue("workflow", Buffer.from("x")) },
      { name: "delete", run: (channel: ConfirmChannel) => channel.deleteQueue("workflow") },
      { name: "purge", run: (channel: ConfirmChannel) => channel.purgeQueue("workflow") },
      { name: "consume", run: (channel: ConfirmChannel) => channel.consume("workflow", () => undefined) },
    ];
    for (const { name, run } of forbidden) {
      it(`not ${name}`, async () => {
        const client = await broker.connect("autoscaler");
        const channel = await client.createConfirmChannel();
        const refused = new Promise<Error>((resolve) => channel.once("error", resolve));
        await Promise.resolve(run(channel)).catch(() => undefined);
        assert.match((await refused).message, /ACCESS_REFUSED/);
        await client.close();
      });
    }

    it("not change a policy over HTTP", async () => {
      const { status } = await broker.api("autoscaler", "/api/policies/%2F/workflow", { method: "DELETE" });
      assert.equal(status, 401);
    });
  });

  it("let services declare no queue of their own", async () => {
    const client = await broker.connect("services");
    const channel = await client.createConfirmChannel();
    channel.on("error", () => undefined);
    await assert.rejects(Promise.resolve(channel.assertQueue("other")), /ACCESS_REFUSED/);
    await client.close();
  });

  it("lose no confirmed message with the leader", async () => {
    const { leader } = await queue("workflow");
    const dead = broker.members.findIndex(({ member }) => member === leader);
    const alive = (dead + 1) % 3;
    const bodies = Array.from({ length: 500 }, (_, index) => `${index}`);
    await withChannel((channel) => publish(channel, "workflow", bodies), alive);
    await broker.members[dead]!.kill();
    await until("another leads", async () => (await queue("workflow", alive)).leader !== leader, 120);
    const got = await withChannel(async (channel) => {
      const seen: string[] = [];
      while (seen.length < bodies.length) seen.push((await take(channel, "workflow")).content.toString());
      return seen;
    }, alive);
    assert.deepEqual(new Set(got), new Set(bodies));
    await broker.members[dead]!.start();
    await until(
      "it is back",
      async () => (await broker.api("admin", "/api/overview", { member: dead })).status === 200,
      180,
    );
  });
});
