import assert from "node:assert/strict";
import { DatabaseError, type QueryResult } from "pg";
import type { Context } from "../../../../runtime/src/database/context.ts";
import {
  ConnectionLostError,
  NoConnectionError,
  OutcomeUnknownError,
} from "../../../../runtime/src/database/errors.ts";
import { Read } from "../../../../runtime/src/database/read.ts";
import { Scopes } from "../../../../runtime/src/database/scope.ts";
import type { Statement } from "../../../../runtime/src/database/servers/send.ts";
import type { Server } from "../../../../runtime/src/database/servers/server.ts";

const refusal = Object.assign(new DatabaseError("cannot execute INSERT", 1, "error"), {
  code: "25006",
  severity: "ERROR",
});
const missing = Object.assign(new DatabaseError("no such table", 1, "error"), { code: "42P01", severity: "ERROR" });
const lost = new ConnectionLostError("primary", new Error("reset"));
const full = Object.assign(new DatabaseError("query_wait_timeout", 1, "error"), { code: "08P01", severity: "FATAL" });
const ok = { rows: [1] } as unknown as QueryResult;

/** A server that answers in turn; `ran` takes each text. */
function serverOf(name: string, answers: (QueryResult | Error)[], ran: string[]) {
  const run = ({ text }: Statement): Promise<QueryResult> => {
    ran.push(`${name}: ${text}`);
    if (["begin read only", "commit"].includes(text)) return Promise.resolve(ok);
    const answer = answers.shift() ?? assert.fail(`${name} was asked too often`);
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  };
  const acquire = () => Promise.resolve({ client: {}, run, release: () => undefined });
  return {
    ...{ name, role: name === "primary" ? "primary" : "replica", inRotation: true, load: 0, options: {}, run, acquire },
    replayed: { hint: -1n },
  };
}

function setUp(onPrimary: (QueryResult | Error)[], onReplica: (QueryResult | Error)[]) {
  const ran: string[] = [];
  const suspected: string[] = [];
  const [primary, replica] = [serverOf("primary", onPrimary, ran), serverOf("replica", onReplica, ran)];
  const context = {
    ...{ primary, replicas: [replica], scopes: new Scopes(), limits: { retrySeconds: 10 } },
    ...{ statements: { refuse: () => undefined }, now: () => performance.now() / 1000 },
    ...{ suspect: (server: Server) => suspected.push(server.name), askPosition: () => Promise.resolve(0n) },
  } as unknown as Context;
  return { context, replica, ran, suspected, read: () => new Read(context, { text: "text" }, false).run() };
}

describe("a read", () => {
  it("that a replica refuses after an attempt on the primary broke off is not written again", async () => {
    const { replica, ran, read } = setUp([lost], [refusal]);
    replica.inRotation = false;
    const reading = read();
    replica.inRotation = true;
    await assert.rejects(reading, OutcomeUnknownError);
    assert.deepEqual(ran, ["primary: text", "replica: text"]);
  });

  it("that a replica cannot answer after such an attempt is repeated read only", async () => {
    const { replica, ran, read } = setUp([lost, ok], [missing]);
    replica.inRotation = false;
    const reading = read();
    replica.inRotation = true;
    assert.equal(await reading, ok);
    const texts = ["primary: text", "replica: text", "primary: begin read only", "primary: text", "primary: commit"];
    assert.deepEqual(ran, texts);
  });

  it("that a replica refuses goes to the primary", async () => {
    const { ran, read } = setUp([ok], [refusal]);
    assert.equal(await read(), ok);
    assert.deepEqual(ran, ["replica: text", "primary: text"]);
  });

  for (const { name, cause, suspected } of [
    { name: "a pooler in full use", cause: full, suspected: [] },
    { name: "a refused connection", cause: new Error("refused"), suspected: ["replica"] },
  ])
    it(`${suspected.length > 0 ? "has the replica checked" : "leaves the replica in use"} after ${name}`, async () => {
      const setting = setUp([ok], [new NoConnectionError("replica", cause)]);
      assert.equal(await setting.read(), ok);
      assert.deepEqual(setting.suspected, suspected);
    });

  it("goes to the primary while the scope has a connection of it", async () => {
    const { context, ran, read } = setUp([ok], [ok]);
    await context.scopes.run(async () => {
      context.scopes.current!.lend();
      await read();
    });
    assert.deepEqual(ran, ["primary: text"]);
  });
});
