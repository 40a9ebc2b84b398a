import assert from "node:assert/strict";
import { queues } from "../../../../runtime/src/queue/topology.ts";
import { until } from "../../../support/until.ts";
import { createBroker, runningMembers, type Broker } from "./support/broker.ts";

describe("a RabbitMQ member that is told to go", function () {
  this.timeout(600_000);
  let broker: Broker;

  /** What `rabbitmq-upgrade await_online_quorum_plus_one` of the pod asks, and its answer after so many milliseconds. */
  const othersSuffice = async (milliseconds: number): Promise<boolean> => {
    const call = `rabbit_upgrade_preparation:await_online_quorum_plus_one(${milliseconds}).`;
    return JSON.parse(await broker.ctl(0, "eval", call)) as boolean;
  };

  const membersOnline = async (name: string): Promise<number> => {
    const { body } = await broker.api("admin", `/api/queues/%2F/${name}`);
    return (body as { online: string[] }).online.length;
  };
  const allOnline = (): Promise<void> =>
    until(
      "every queue has three members online",
      async () => (await Promise.all(queues.map(({ name }) => membersOnline(name)))).every((online) => online === 3),
      240,
    );

  before(async () => {
    broker = await createBroker();
    await allOnline();
  });
  after(() => broker.remove());

  it("goes while the two others keep the majority of every queue", async () => {
    assert.equal(await othersSuffice(30_000), true);
  });

  it("waits while one of them is away, until it is back", async () => {
    const [, , away] = broker.members;
    assert.ok(away);
    await away.kill();
    await until("two members are left", async () => (await runningMembers(broker)) === 2, 120);
    assert.equal(await othersSuffice(3000), false);
    await away.start();
    await until("the third is back in every queue", () => othersSuffice(3000), 240);
  });

  it("leaves every queue with a leader among the others", async () => {
    await allOnline();
    const [gone] = broker.members;
    assert.ok(gone);
    // As `rabbitmq-upgrade drain` does it.
    await broker.ctl(0, "eval", "rabbit_maintenance:drain().");
    await gone.stop();
    for (const { name } of queues) {
      await until(
        `${name} is led by another`,
        async () => {
          const { body } = await broker.api("admin", `/api/queues/%2F/${name}`, { member: 1 });
          const { leader, online } = body as { leader: string; online: string[] };
          return leader !== gone.member && online.includes(leader) && online.length === 2;
        },
        120,
      );
    }
  });
});
