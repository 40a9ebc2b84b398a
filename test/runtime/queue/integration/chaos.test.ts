import assert from "node:assert/strict";
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "../../../../local/process.ts";
import { until } from "../../../support/until.ts";
import { createBroker, services, type Broker } from "../support/broker.ts";

const messages = 100_000;
const prefetch = 100;
const consumerKills = 10;
const script = join(import.meta.dirname, "../support/chaosConsumer.ts");

interface Tally {
  readonly received: number;
  readonly distinct: number;
  /** Copies that the publisher sent again although the broker had the first one. */
  readonly publishedTwice: number;
}

describe("100 000 messages through three members", function () {
  this.timeout(900_000);
  let broker: Broker;
  let folder: string;
  let ledger: string;
  let consumer: ChildProcess | undefined;
  /** Connections and channels that a consumer lost and told of. */
  let losses = 0;

  const lines = (): string[] => readFileSync(ledger, "utf8").split("\n").slice(0, -1);
  const tally = (): Tally => {
    const all = lines();
    const first = all.filter((line) => line.endsWith("f"));
    const distinct = new Set(all.map((line) => line.slice(0, 6))).size;
    return { received: all.length, distinct, publishedTwice: first.length - new Set(first).size };
  };
  /** Cheap enough to poll: a line has six digits, a letter and a line feed. */
  const receivedSoFar = (): number => statSync(ledger).size / 8;

  function startConsumer(): ChildProcess {
    const child = fork(script, [broker.urls.join(","), "workflow", ledger, `${prefetch}`], {
      env: { ...process.env, BROKER_USERNAME: services.username, BROKER_PASSWORD: services.password },
    });
    let told = 0;
    child.on("message", (report: { losses: number }) => {
      losses += report.losses - told;
      told = report.losses;
    });
    return child;
  }

  async function killConsumer(): Promise<void> {
    assert.ok(consumer);
    const exited = once(consumer, "exit");
    consumer.kill("SIGKILL");
    assert.deepEqual(await exited, [null, "SIGKILL"]);
    consumer = startConsumer();
  }

  /** Erlang's name of the member that a connection is open to. */
  async function memberOf(connection: string): Promise<string> {
    const { body } = await broker.api("/connections");
    const found = (body as { user_provided_name?: string; node: string }[]).find(
      ({ user_provided_name: name }) => name === connection,
    );
    assert.ok(found, `no connection ${connection}`);
    return found.node;
  }

  before(async () => {
    folder = temporaryFolder("queue-chaos");
    ledger = join(folder, "ledger");
    writeFileSync(ledger, "");
    broker = await createBroker({ nodes: 3 });
  });
  after(async () => {
    consumer?.kill("SIGKILL");
    await broker.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  it("go on at once when the queue's leader is lost", async () => {
    const queue = await broker.connect();
    const seen = new Set<unknown>();
    const consumer = await queue.consume(
      "workflow_priority",
      ({ body }) => {
        seen.add(body);
        return Promise.resolve();
      },
      { prefetch: 10 },
    );
    await queue.publish("workflow_priority", "before");
    await until("it has come", () => seen.has("before"), 60);
    const { leader } = await broker.state("workflow_priority");
    const dead = Number(/rabbit(\d)@/.exec(leader)?.[1]) - 1;
    await broker.rabbitmq.nodes[dead]!.kill();
    // Whether or not it was the member that we are connected to.
    await queue.publish("workflow_priority", "after", { timeoutSeconds: 120 });
    await until("that has come too", () => seen.has("after"), 120);
    assert.notEqual((await broker.state("workflow_priority", (dead + 1) % 3)).leader, leader);
    assert.equal(await consumer.stop(10), true);
    await queue.close();
    await broker.rabbitmq.nodes[dead]!.start();
    await until("all are back", async () => (await broker.state("workflow", dead)).online.length === 3, 240);
  });

  it("loses none while members and consumers are killed", async () => {
    const startedAt = Date.now();
    const publisher = await broker.connect({ name: "chaos publisher" });

    /** Confirms are awaited by so many at a time, each of which goes on with the next message. */
    let next = 0;
    let confirmed = 0;
    const publishAll = async (): Promise<void> => {
      while (next < messages) {
        const id = 100_000 + next++;
        await publisher.publish("workflow", { id }, { messageId: `${id}`, timeoutSeconds: 120 });
        confirmed += 1;
      }
    };
    const published = Promise.all(Array.from({ length: 1000 }, publishAll));
    published.catch(() => undefined);

    const memberKills = (async () => {
      for (const [kill, share] of [0.25, 0.6].entries()) {
        await until(`${share} of all are confirmed`, () => confirmed >= share * messages, 600);
        // First the member that the publisher is connected to, whose confirms are lost; then the queue's leader.
        const alive = broker.rabbitmq.nodes.findIndex(({ process }) => process.exit() === undefined);
        const victim =
          kill === 0 ? await memberOf("chaos publisher publish") : (await broker.state("workflow", alive)).leader;
        const dead = Number(/rabbit(\d)@/.exec(victim)?.[1]) - 1;
        const node = broker.rabbitmq.nodes[dead];
        assert.ok(node, victim);
        await node.kill();
        console.info(`      ${Date.now() - startedAt} ms: killed ${victim}, kill ${kill + 1} of 2`);
        await node.start();
        await until(`${victim} is back`, async () => (await broker.state("workflow", dead)).online.length === 3, 300);
        console.info(`      ${Date.now() - startedAt} ms: ${victim} is back`);
      }
    })();
    memberKills.catch(() => undefined);

    const killConsumers = (async () => {
      // Not before there is a backlog: a consumer that waits for messages has nothing in flight to lose.
      await until("there is a backlog", () => confirmed >= messages / 5, 600);
      consumer = startConsumer();
      for (let kill = 1; kill <= consumerKills; kill += 1) {
        const share = kill / (consumerKills + 1);
        await until(`${share} of all are received`, () => receivedSoFar() >= share * messages, 600);
        await killConsumer();
      }
    })();
    killConsumers.catch(() => undefined);

    await Promise.all([published, memberKills, killConsumers]);
    assert.ok(consumer);
    await until("every message has come", () => receivedSoFar() >= messages && tally().distinct === messages, 600);
    const exited = once(consumer, "exit");
    consumer.send("stop");
    await exited;
    const { received, distinct, publishedTwice } = tally();
    const bound = prefetch * (consumerKills + losses);
    const redelivered = received - distinct - publishedTwice;
    console.info(
      `      ${distinct} of ${messages} received in ${Math.round((Date.now() - startedAt) / 1000)} s; ` +
        `delivered twice: ${redelivered}, at most ${prefetch} x (${consumerKills} kills + ${losses} losses) = ${bound}; ` +
        `published twice: ${publishedTwice}`,
    );
    assert.equal(confirmed, messages);
    assert.equal(distinct, messages);
    assert.ok(redelivered <= bound, `${redelivered} > ${bound}`);
    assert.equal(await publisher.depth("workflow"), 0);
  });
});
