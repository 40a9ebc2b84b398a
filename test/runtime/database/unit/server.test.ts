import assert from "node:assert/strict";
import type { NoConnectionError } from "../../../../runtime/src/database/errors.ts";
import { checkOptions } from "../../../../runtime/src/database/options.ts";
import { Server, type Lease } from "../../../../runtime/src/database/servers/server.ts";
import { until } from "../../../support/until.ts";
import { startFakePostgres, type FakePostgres } from "../support/fakePostgres.ts";

describe("the connections to a server", function () {
  this.timeout(60_000);
  let fake: FakePostgres;
  let server: Server | undefined;

  beforeEach(async () => (fake = await startFakePostgres()));
  afterEach(async () => {
    server?.breakRunning();
    await server?.close();
    await fake.close();
  });

  const open = (pool: { min: number; max: number }, connectTimeoutSeconds: number): Server => {
    const login = { host: "127.0.0.1", port: fake.port, database: "a", user: "a", password: "a" };
    const primary = { ...login, pool };
    return (server = new Server("primary", primary, checkOptions({ primary, connectTimeoutSeconds })));
  };
  const failure = (taken: Promise<Lease>): Promise<NoConnectionError> =>
    taken.then(
      () => assert.fail("there was a connection"),
      (error: unknown) => error as NoConnectionError,
    );

  it("are all in use when all are handed out", async () => {
    const one = open({ min: 0, max: 1 }, 0.2);
    const lease = await one.acquire();
    assert.equal((await failure(one.acquire())).busy, true);
    lease.release();
  });

  it("are not all in use while they are only being opened", async () => {
    fake.letIn = false;
    const one = open({ min: 0, max: 1 }, 0.2);
    const failures = await Promise.all([failure(one.acquire()), failure(one.acquire())]);
    assert.deepEqual(
      failures.map(({ busy }) => busy),
      [false, false],
    );
  });

  it("are found by those who wait when the address leads elsewhere", async () => {
    const one = open({ min: 0, max: 1 }, 30);
    const lease = await one.acquire();
    const waiting = one.acquire();
    await until("it waits", () => one.status().connections.waiting === 1);
    one.renew(lease.client);
    (await waiting).release();
    lease.release();
    assert.equal(fake.opened, 2);
  });

  it("are renewed once, however many of the old ones fail", async () => {
    const one = open({ min: 0, max: 2 }, 5);
    const old = [await one.acquire(), await one.acquire()];
    for (const lease of old) {
      one.renew(lease.client);
      lease.release(true);
      (await one.acquire()).release();
    }
    assert.equal(fake.opened, 3);
  });

  it("are opened to the minimum also while some are idle", async () => {
    const one = open({ min: 3, max: 5 }, 5);
    const lease = await one.acquire();
    lease.release();
    await one.warm();
    assert.deepEqual([one.status().connections.idle, fake.opened], [3, 3]);
    await one.warm();
    assert.equal(fake.opened, 3);
  });

  it("are new after a silence", async () => {
    const one = open({ min: 2, max: 5 }, 5);
    await one.warm();
    one.breakRunning();
    (await one.acquire()).release();
    assert.equal(fake.opened, 3);
  });

  it("run nothing for a signal that was aborted before", async () => {
    const one = open({ min: 0, max: 1 }, 5);
    const lease = await one.acquire();
    const reason = new Error("enough");
    await assert.rejects(lease.run({ text: "select 1", signal: AbortSignal.abort(reason) }), reason);
    assert.deepEqual(fake.texts, []);
    lease.release();
    // Nothing was sent, so the connection is as good as before.
    (await one.acquire()).release();
    assert.equal(fake.opened, 1);
  });
});
