import assert from "node:assert/strict";
import { History } from "../../../../autoscaler/src/observe/history.ts";
import { Metrics } from "../../../../autoscaler/src/observe/metrics.ts";
import { startServer, type RunningServer } from "../../../../autoscaler/src/observe/server.ts";
import { spec, tickRecord } from "../records.ts";

describe("HTTP server", () => {
  let server: RunningServer;
  let history: History;
  let now: number;
  let leader: string;
  let hindrances: readonly string[];
  const errors: unknown[] = [];
  const elector = { isLeader: () => leader === "me", holder: () => (leader === "" ? undefined : leader) };

  beforeEach(async () => {
    now = 1000;
    leader = "me";
    hindrances = [];
    history = new History(5);
    const metrics = new Metrics([spec], { processMetrics: false });
    const targets = [{ name: "worker", periodSeconds: 2 }];
    const onError = (error: unknown) => errors.push(error);
    const parts = {
      ...{ targets, history, registry: metrics.registry, clock: { now: () => now }, elector, onError },
      hindrances: () => hindrances,
    };
    server = await startServer(parts, { host: "127.0.0.1", port: 0 });
  });
  afterEach(() => server.close());

  async function get(path: string): Promise<{ status: number; text: string; body: unknown }> {
    const response = await fetch(server.url + path);
    const text = await response.text();
    const json = response.headers.get("content-type")?.includes("json") === true;
    return { status: response.status, text, body: json ? JSON.parse(text) : undefined };
  }

  it("serves the series in Prometheus' text format", async () => {
    const { status, text } = await get("/metrics");
    assert.equal(status, 200);
    assert.match(text, /# TYPE autoscaler_decisions_total counter/);
  });

  it("is alive", async () => {
    assert.equal((await get("/healthz")).status, 200);
  });

  it("is ready once every target has been decided, and no longer when that is five periods old", async () => {
    assert.deepEqual((await get("/readyz")).body, {
      ...{ ready: false, leader: true, holder: "me" },
      notReady: [{ target: "worker", cause: "no decision yet" }],
    });
    history.decided(tickRecord());
    assert.equal((await get("/readyz")).status, 200);
    now = 1010.5;
    history.failed({ target: "worker", at: 1010, phase: "GetScale", error: "HTTP 500" });
    const { status, body } = await get("/readyz");
    assert.equal(status, 503);
    assert.deepEqual(body, {
      ...{ ready: false, leader: true, holder: "me" },
      notReady: [{ target: "worker", cause: "last decision 10.5 s ago, more than 10 s; GetScale: HTTP 500" }],
    });
  });

  it("is ready as a follower, unless nobody is known to lead", async () => {
    leader = "other";
    assert.deepEqual((await get("/readyz")).body, { ready: true, leader: false, holder: "other", notReady: [] });
    leader = "";
    assert.equal((await get("/readyz")).status, 503);
  });

  it("is not ready while something else is in the way, whether it leads or not", async () => {
    history.decided(tickRecord());
    hindrances = ["custom metric rate: not scraped twice yet"];
    for (leader of ["me", "other"]) {
      const { status, body } = await get("/readyz");
      assert.equal(status, 503);
      assert.deepEqual((body as { notReady: unknown }).notReady, [{ cause: hindrances[0] }]);
    }
  });

  it("summarises each target in one readable sentence", async () => {
    history.decided(tickRecord());
    const { body } = await get("/v1/targets");
    assert.deepEqual(body, {
      ...{ leader: true, holder: "me" },
      targets: [
        {
          name: "worker",
          at: 1000,
          explanation: "worker 4 → 8 (backlog asks for 8: 800 at 100 per replica)",
          outcome: "patched",
          currentReplicas: 4,
          readyReplicas: 3,
          desiredReplicas: 8,
          direction: "up",
          reasons: ["AboveTarget"],
          limitedBy: null,
          holds: [],
          bounds: { minReplicas: 1, maxReplicas: 10 },
          timers: [],
        },
      ],
    });
  });

  it("lists the last decisions, newest first", async () => {
    for (const at of [1, 2, 3])
      history.decided(tickRecord({ snapshot: { now: at, currentReplicas: 1, readyReplicas: 1, readings: {} } }));
    const { body } = await get("/v1/targets/worker/decisions?limit=2");
    const { decisions } = body as { decisions: { input: { now: number } }[] };
    assert.deepEqual(
      decisions.map(({ input }) => input.now),
      [3, 2],
    );
  });

  for (const value of ["0", "6", "-1", "1.5", "abc", ""])
    it(`refuses limit=${value} with key, bound and value`, async () => {
      const { status, body } = await get(`/v1/targets/worker/decisions?limit=${value}`);
      assert.equal(status, 400);
      const error = `limit must be a whole number from 1 to 5, not "${value}"`;
      assert.deepEqual(body, { error, key: "limit", minimum: 1, maximum: 5, value });
    });

  it("does not know other targets and other paths", async () => {
    const { status, body } = await get("/v1/targets/other/decisions");
    assert.equal(status, 404);
    assert.deepEqual(body, { error: 'unknown target "other"' });
    assert.equal((await get("/v2")).status, 404);
  });

  it("offers nothing to write", async () => {
    for (const method of ["POST", "PUT", "PATCH", "DELETE"])
      assert.equal((await fetch(`${server.url}/v1/targets`, { method })).status, 404, method);
  });

  it("refuses a taken address", async () => {
    const port = Number(new URL(server.url).port);
    const metrics = new Metrics([spec], { processMetrics: false });
    const parts = {
      targets: [],
      history,
      registry: metrics.registry,
      clock: { now: () => now },
      elector,
      hindrances: () => [],
      onError: () => 0,
    };
    await assert.rejects(startServer(parts, { host: "127.0.0.1", port }), /EADDRINUSE/);
  });

  after(() => {
    assert.deepEqual(errors, []);
  });
});
