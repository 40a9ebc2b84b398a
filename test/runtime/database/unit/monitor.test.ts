import assert from "node:assert/strict";
import { createDatabase, OutcomeUnknownError, type Database } from "../../../../runtime/src/database/index.ts";
import { until } from "../../../support/until.ts";
import { startFakePostgres, type FakePostgres, type Reply } from "../support/fakePostgres.ts";

const isCheck = (text: string): boolean => text.includes("pg_is_in_recovery");
// An empty text counts as false.
const checked = (standby: "" | "t"): Reply => ({ rows: [{ standby, server: "one", position: "0/10" }] });
const full: Reply = { fatal: "query_wait_timeout" };

describe("the watch over servers", function () {
  this.timeout(120_000);
  let primary: FakePostgres;
  let replica: FakePostgres;
  let database: Database;

  beforeEach(async () => {
    [primary, replica] = [await startFakePostgres(), await startFakePostgres()];
    primary.reply = (text) => (isCheck(text) ? checked("") : { rows: [{ text }] });
    replica.reply = (text) => (isCheck(text) ? checked("t") : { rows: [{ text }] });
  });
  afterEach(async () => {
    await database.close();
    await Promise.all([primary.close(), replica.close()]);
  });

  const open = async (silentSeconds: number): Promise<void> => {
    const login = { host: "127.0.0.1", database: "a", user: "a", password: "a", pool: { min: 2, max: 5 } };
    database = createDatabase({
      primary: { ...login, port: primary.port },
      replicas: [{ ...login, port: replica.port, pooled: true }],
      ...{ connectTimeoutSeconds: 0.5, healthIntervalSeconds: 0.1, silentSeconds, closeSeconds: 0 },
    });
    await until("both are in rotation", () => database.status().every(({ inRotation }) => inRotation), 30);
  };

  for (const { name, reply } of [
    { name: "tells that it is full", reply: full },
    { name: "lets in, but has a check wait", reply: "silence" as const },
  ])
    it(`breaks nothing off at a pooler that ${name}`, async () => {
      await open(2);
      const end = Promise.withResolvers<Reply>();
      primary.reply = (text) => (isCheck(text) ? reply : end.promise);
      const writing = database.write("long");
      const start = performance.now();
      await until("it is silent for long", () => performance.now() - start > 5000, 60);
      end.resolve({ rows: [{ done: "yes" }] });
      assert.deepEqual((await writing).rows, [{ done: "yes" }]);
      assert.equal(primary.texts.filter((text) => text === "long").length, 1);
    });

  it("leaves a replica's pooler in use that tells that it is full", async () => {
    await open(60);
    replica.reply = (text) => (isCheck(text) ? full : { rows: [{ text }] });
    const seen = replica.texts.length;
    await until("it was checked again", () => replica.texts.length > seen + 3, 30);
    assert.equal(database.status()[1]!.inRotation, true);
  });

  it("takes that pooler out when it tells so for long", async () => {
    await open(0.5);
    replica.reply = () => full;
    await until("it is out of rotation", () => !database.status()[1]!.inRotation, 30);
    assert.equal(database.status()[0]!.inRotation, true);
  });

  it("replaces connections that died without a word while the address answers", async () => {
    await open(2);
    await until("the pool is warm", () => database.status()[0]!.connections.idle === 2, 30);
    const dead = primary.opened;
    primary.reply = (text, connection) =>
      connection <= dead ? "silence" : isCheck(text) ? checked("") : { rows: [{ text }] };
    const breaking = assert.rejects(database.write("on a dead one"), OutcomeUnknownError);
    await until("it is renewed", () => primary.opened > dead + 1, 30);
    assert.deepEqual((await database.write("on a new one")).rows, [{ text: "on a new one" }]);
    await breaking;
  });
});
