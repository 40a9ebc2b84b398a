import assert from "node:assert/strict";
import { createCluster } from "redis";
import { until } from "../../../support/until.ts";
import { createMembers, nameOf, password, type Members } from "./support/members.ts";

type Client = ReturnType<typeof connect>;

/** A client that is told names, as all are, and finds their addresses as a pod's DNS would. */
function connect({ addresses, ca }: Members) {
  return createCluster({
    rootNodes: addresses.map((host) => ({ socket: { host, port: 6379 } })),
    defaults: { password, socket: { tls: true, ca, servername: nameOf(0) } },
    nodeAddressMap: (address) => {
      const index = addresses.findIndex((_, position) => address === `${nameOf(position)}:6379`);
      assert.ok(index >= 0, `the cluster names its member ${address}`);
      return { host: addresses[index]!, port: 6379 };
    },
  });
}

async function withClient<T>(members: Members, work: (client: Client) => Promise<T>): Promise<T> {
  const client = connect(members);
  // A member that goes is no failure of the test.
  client.on("error", () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    client.destroy();
  }
}

const keys = Array.from({ length: 300 }, (_, index) => `key-${index}`);

const fieldOf = (text: string, field: string): string | undefined =>
  text
    .split(/\r?\n/)
    .find((line) => line.startsWith(`${field}:`))
    ?.slice(field.length + 1);

const ready = (members: Members): Promise<void> =>
  until(
    "every member is ready and in step",
    async () => {
      await Promise.all(members.addresses.map((_, index) => members.run(index, "ready.sh")));
      return true;
    },
    240,
  );

describe("six Redis members by the shipped configuration and scripts", function () {
  this.timeout(600_000);
  let members: Members;

  before(async () => {
    members = await createMembers(6);
    await members.start();
  });
  after(() => members.remove());

  it("form a cluster of three masters with a replica each", async () => {
    const output = await members.run(0, "bootstrap.sh");
    assert.match(output, /all 6 members agree/);
    await ready(members);
    const table = await members.read(0, "nodes.conf");
    assert.equal(table.match(/ (myself,)?master /g)?.length, 3);
    assert.equal(table.match(/ (myself,)?slave /g)?.length, 3);
  });

  it("are left as they are by a second bootstrap", async () => {
    const before = await members.read(0, "nodes.conf");
    assert.match(await members.run(0, "bootstrap.sh"), /the cluster is formed: 6 members, all slots assigned/);
    assert.equal((await members.read(0, "nodes.conf")).match(/master/g)?.length, before.match(/master/g)?.length);
  });

  it("keep what is written, spread over all masters, and name themselves to clients", async () => {
    await withClient(members, async (client) => {
      await Promise.all(keys.map((key) => client.set(key, `value of ${key}`)));
      assert.equal(client.masters.length, 3);
    });
  });

  it("let in nobody without the password, and nobody without TLS", async () => {
    const anonymous = createCluster({
      rootNodes: [{ socket: { host: members.addresses[0]!, port: 6379 } }],
      defaults: { socket: { tls: true, ca: members.ca, servername: nameOf(0), reconnectStrategy: false } },
    });
    anonymous.on("error", () => undefined);
    await assert.rejects(anonymous.connect());
    const plain = createCluster({
      rootNodes: [{ socket: { host: members.addresses[0]!, port: 6379 } }],
      defaults: { password, socket: { reconnectStrategy: false, connectTimeout: 5000 } },
    });
    plain.on("error", () => undefined);
    await assert.rejects(plain.connect());
  });

  it("serve all slots and every key after all six have come back on other addresses", async () => {
    const old = members.addresses;
    await members.stop();
    await members.start();
    assert.ok(members.addresses.every((address) => !old.includes(address)));
    await ready(members);
    await withClient(members, async (client) => {
      for (const { host, port } of client.masters) assert.ok(host && port);
      await until(
        "the cluster is whole again",
        async () => {
          const info = await client.sendCommand<string>(undefined, true, ["CLUSTER", "INFO"]);
          return fieldOf(info, "cluster_state") === "ok" && fieldOf(info, "cluster_slots_ok") === "16384";
        },
        240,
      );
      const values = await Promise.all(keys.map((key) => client.get(key)));
      assert.deepEqual(
        values,
        keys.map((key) => `value of ${key}`),
      );
      await client.set("after", "the return");
      assert.equal(await client.get("after"), "the return");
    });
    const table = await members.read(0, "nodes.conf");
    assert.deepEqual(
      old.filter((address) => table.includes(`${address}:`)),
      [],
    );
  });
});

describe("a single Redis by the same configuration", function () {
  this.timeout(300_000);
  let members: Members;

  before(async () => {
    members = await createMembers(1);
    await members.start();
  });
  after(() => members.remove());

  it("is a cluster of one that serves all slots", async () => {
    assert.match(await members.run(0, "bootstrap.sh"), /all 1 members agree/);
    await withClient(members, async (client) => {
      await Promise.all(keys.map((key) => client.set(key, "1")));
      assert.equal(client.masters.length, 1);
    });
  });
});
