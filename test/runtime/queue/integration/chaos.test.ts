import assert from "node:assert/strict";
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "../../../../local/process.ts";
import { PublishError } from "../../../../runtime/src/queue/index.ts";
import { until } from "../../../support/until.ts";
import { createBroker, services, type Broker } from "../support/broker.ts";

const messages = 100_000;
const prefetch = 100;
const consumerKills = 10;
const script = join(import.meta.dirname, "../support/chaosConsumer.ts");

interface Tally {
  readonly received: number;
  readonly distinct: number;
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
    return { received: all.length, distinct: new Set(all).size };
  };
  /** Cheap enough to poll: ids have six digits and a line feed. */
  const receivedSoFar = (): number => statSync(ledger).size / 7;

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

  it("loses none while members and consumers are killed", async () => {
    const startedAt = Date.now();
    const publisher = await broker.connect({ name: "chaos publisher" });
    consumer = startConsumer();

    /** Confirms are awaited by so many at a time, each of which goes on with the next message. */
    let next = 0;
    let confirmed = 0;
    let failures = 0;
    const publishAll = async (): Promise<void> => {
      while (next < messages) {
        const id = 100_000 + next++;
        for (;;) {
          try {
            await publisher.publish("workflow", { id }, { messageId: `${id}`, timeoutSeconds: 120 });
            break;
          } catch (error) {
            // The queue is bounded at as many messages as there are: full is a legal answer, and the caller goes on trying.
            if (!(error instanceof PublishError && error.reason === "refused")) throw error;
            failures += 1;
          }
        }
        confirmed += 1;
      }
    };
    const published = Promise.all(Array.from({ length: 1000 }, publishAll));
    published.catch(() => undefined);

    const memberKills = (async () => {
      for (const [kill, share] of [0.25, 0.6].entries()) {
        await until(`${share} of all are confirmed`, () => confirmed >= share * messages, 600);
        // The leader: the harder case.
        const alive = broker.rabbitmq.nodes.findIndex(({ process }) => process.exit() === undefined);
        const { leader } = await broker.state("workflow", alive);
        const dead = Number(/rabbit(\d)@/.exec(leader)?.[1]) - 1;
        const node = broker.rabbitmq.nodes[dead];
        assert.ok(node, leader);
        await node.kill();
        console.info(`      ${Date.now() - startedAt} ms: killed ${leader}, kill ${kill + 1} of 2`);
        await node.start();
        await until(`${leader} is back`, async () => (await broker.state("workflow", dead)).online.length === 3, 300);
        console.info(`      ${Date.now() - startedAt} ms: ${leader} is back`);
      }
    })();
    memberKills.catch(() => undefined);

    const killConsumers = (async () => {
      for (let kill = 1; kill <= consumerKills; kill += 1) {
        const share = kill / (consumerKills + 1);
        await until(`${share} of all are received`, () => receivedSoFar() >= share * messages, 600);
        await killConsumer();
      }
    })();
    killConsumers.catch(() => undefined);

    await Promise.all([published, memberKills, killConsumers]);
    await until("every message has come", () => receivedSoFar() >= messages && tally().distinct === messages, 600);
    const exited = once(consumer, "exit");
    consumer.send("stop");
    await exited;
    const { received, distinct } = tally();
    const bound = prefetch * (consumerKills + losses);
    const seconds = Math.round((Date.now() - startedAt) / 1000);
    console.info(
      `      ${distinct} of ${messages} received in ${seconds} s, 0 of them lost; ` +
        `${received - distinct} came twice: bound by prefetch ${prefetch} x (${consumerKills} kills + ${losses} losses) = ${bound}`,
    );
    assert.equal(confirmed, messages);
    assert.equal(distinct, messages);
    console.info(`      ${failures} refusals`);
    assert.ok(received - distinct <= bound);
    assert.equal(await publisher.depth("workflow"), 0);
  });
});
