import assert from "node:assert/strict";
import type { ClientBase } from "pg";
import { Replayed } from "../../../../runtime/src/database/servers/replayed.ts";

/** A connection to a server that tells what it is given, and counts the questions. */
function connection(server: { start: string; position: string; standby?: boolean }) {
  let asked = 0;
  const query = () => {
    asked += 1;
    const { start, position, standby = true } = server;
    return Promise.resolve({ rows: [{ standby, server: start, position }] });
  };
  return { client: { query } as unknown as ClientBase, asked: () => asked };
}

describe("what a replica has replayed", () => {
  it("is asked once and remembered", async () => {
    const replayed = new Replayed();
    const { client, asked } = connection({ start: "one", position: "0/9" });
    assert.equal(await replayed.reached(client, 9n), true);
    assert.equal(await replayed.reached(client, 8n), true);
    assert.equal(asked(), 1);
    assert.equal(await replayed.reached(client, 10n), false);
    assert.equal(asked(), 2);
  });

  it("holds for an older connection to the same start of the server", async () => {
    const replayed = new Replayed();
    const server = { start: "one", position: "0/5" };
    const [first, second] = [connection(server), connection(server)];
    await replayed.ask(first.client);
    server.position = "0/9";
    await replayed.ask(second.client);
    assert.equal(await replayed.reached(first.client, 9n), true);
    assert.equal(first.asked(), 1);
  });

  it("does not hold for a connection made after it was seen: the server may have crashed between", async () => {
    const replayed = new Replayed();
    const server = { start: "one", position: "0/9" };
    await replayed.ask(connection(server).client);
    server.position = "0/5";
    const later = connection(server);
    assert.equal(await replayed.reached(later.client, 9n), false);
    assert.equal(later.asked(), 1);
  });

  it("does not hold for another server at the same address", async () => {
    const replayed = new Replayed();
    const [old, successor] = [
      connection({ start: "one", position: "0/9" }),
      connection({ start: "two", position: "0/5" }),
    ];
    await replayed.ask(successor.client);
    await replayed.ask(old.client);
    assert.equal(await replayed.reached(successor.client, 9n), false);
  });

  it("counts for nothing on a server that is no replica any more", async () => {
    const promoted = connection({ start: "one", position: "0/99", standby: false });
    assert.equal(await new Replayed().reached(promoted.client, 9n), false);
  });
});
