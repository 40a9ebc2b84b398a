import assert from "node:assert/strict";
import type { AddressInfo } from "node:net";
import { pino } from "pino";
import type { Cache } from "../../../../runtime/src/cache/index.ts";
import type { Database } from "../../../../runtime/src/database/index.ts";
import { createMetrics } from "../../../../runtime/src/metrics/index.ts";
import type { Queue } from "../../../../runtime/src/queue/index.ts";
import { createApp } from "../../../../services/api-gateway/src/app.ts";
import { closeServer, listen } from "../../../../services/api-gateway/src/listen.ts";

const userId = "aaaaaaaa-1111-4111-8111-111111111111";
const json = { "content-type": "application/json" };

/** A gateway whose replicas are away, whose primary returns one row for everything, and whose cache never invalidates. */
async function startGateway() {
  const logged: string[] = [];
  const keys: string[] = [];
  const database = {
    scope: (work: () => Promise<unknown>) => work(),
    position: () => Promise.resolve(undefined),
    write: () => Promise.resolve({ rows: [{ id: "x" }], rowCount: 1 }),
    acquire: () => Promise.reject(Object.assign(new Error("away"), { name: "NoConnectionError" })),
  };
  const cache = {
    getOrLoad(key: string, load: (signal: AbortSignal) => Promise<unknown>) {
      keys.push(key);
      return load(new AbortController().signal);
    },
    invalidate: () => new Promise(() => undefined),
  };
  const app = createApp({
    database: database as unknown as Database,
    cache: cache as unknown as Cache,
    queue: { publish: () => Promise.resolve() } as unknown as Queue,
    metrics: createMetrics({ defaults: false }),
    logger: pino({ level: "error" }, { write: (line) => logged.push(line) }),
    health: { ready: true },
    settings: { bodyLimitBytes: 262_144, cacheSeconds: 10, requestSeconds: 1 },
  });
  const server = await listen(app, 0, "127.0.0.1");
  const { port } = server.address() as AddressInfo;
  return {
    logged,
    keys,
    close: () => closeServer(server, 0),
    ask: (path: string, init: RequestInit = {}) =>
      fetch(`http://127.0.0.1:${port}${path}`, {
        ...init,
        headers: { "x-user-id": userId, ...(init.headers as Record<string, string> | undefined) },
      }),
  };
}

describe("the gateway's answers", function () {
  this.timeout(60_000);
  let gateway: Awaited<ReturnType<typeof startGateway>>;
  beforeEach(async () => (gateway = await startGateway()));
  afterEach(() => gateway.close());

  const create = (definition: string): RequestInit => ({
    method: "POST",
    headers: json,
    body: `{"name":"a","definition":${definition}}`,
  });
  const cursor = (time: string): string =>
    `/v1/workflows?after=${Buffer.from(`${time}T00:00:00.000000Z ${userId}`).toString("base64url")}`;
  const start = `/v1/workflows/${userId}/executions`;
  const deep = "[".repeat(20_000) + "]".repeat(20_000);
  const bad: { name: string; path?: string; init?: RequestInit; status: number }[] = [
    {
      name: "a body of another type",
      path: start,
      init: { method: "POST", body: '{"priority":"urgent"}' },
      status: 415,
    },
    { name: "a body of no type", path: start, init: { method: "POST", body: Buffer.from("{}") }, status: 415 },
    { name: "a NUL in a text", init: create(String.raw`{"a":["\u0000"]}`), status: 400 },
    { name: "a NUL in a key", init: create(String.raw`{"\u0000":1}`), status: 400 },
    { name: "half of a surrogate pair", init: create(String.raw`{"a":"\ud800"}`), status: 400 },
    { name: "a NUL in a name", init: { ...create("{}"), body: String.raw`{"name":"a\u0000"}` }, status: 400 },
    { name: "a very deep body", init: create(`{"a":${deep}}`), status: 400 },
    { name: "a key that would be lost", init: create('{"__proto__":{"x":1},"b":2}'), status: 400 },
    {
      name: "a NUL in an input",
      path: start,
      init: { ...create(""), body: String.raw`{"input":{"a":"\u0000"}}` },
      status: 400,
    },
    { name: "a cursor of a day that is none", path: cursor("2024-02-30"), status: 400 },
    { name: "a cursor of the year 0", path: cursor("0000-01-01"), status: 400 },
    { name: "a path that cannot be decoded", path: "/v1/workflows/%E0%A4%A", status: 400 },
    { name: "a stream whose source is away", path: start, status: 503 },
  ];
  for (const { name, path = "/v1/workflows", init, status } of bad)
    it(`are ${status} to ${name}, without an error in the log`, async () => {
      const response = await gateway.ask(path, init);
      assert.equal(response.status, status);
      assert.match(response.headers.get("content-type") ?? "", /^application\/problem\+json/);
      assert.deepEqual(gateway.logged, []);
    });

  it("name the place of what cannot be kept", async () => {
    const response = await gateway.ask("/v1/workflows", create(String.raw`{"a":["x","\u0000"],"__proto__":1}`));
    const { errors } = (await response.json()) as { errors: { path: string }[] };
    assert.deepEqual(errors.map(({ path }) => path).sort(), ["body.definition.__proto__", "body.definition.a.1"]);
  });

  it("come within the request's time when the cache does not invalidate", async () => {
    const response = await gateway.ask("/v1/workflows", create('{"a":{"b":[1,"text",null]}}'));
    assert.equal(response.status, 201);
  });

  it("come from one entry of the cache however the ids are written", async () => {
    for (const headers of [{}, { "x-user-id": userId.toUpperCase() }])
      assert.equal((await gateway.ask(`/v1/workflows/${userId.toUpperCase()}`, { headers })).status, 200);
    assert.deepEqual(new Set(gateway.keys), new Set([`workflow:${userId}:${userId}`]));
  });
});
