import assert from "node:assert/strict";
import { once } from "node:events";
import { request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import express, { Router, type ErrorRequestHandler, type Express } from "express";
import { createMetrics, type HttpOptions, type Metrics } from "../../../../runtime/src/metrics/index.ts";
import { until } from "../../../support/until.ts";
import { seriesOf } from "../support/page.ts";

/** An application with what matters for the label of the route. */
function application(metrics: Metrics, options?: HttpOptions): Express {
  const app = express();
  app.use(metrics.http(options));
  app.get("/", (_request, response) => void response.send("home"));
  app.get("/users/:id", (_request, response) => void response.send("user"));
  app.get(["/one", "/two"], (_request, response) => void response.send("either"));
  app.get("/slow", () => undefined);
  app.get("/partial", (_request, response) => void response.write("some"));
  app.post("/orders", (_request, response) => void response.sendStatus(201));
  app.get("/healthz/live", (_request, response) => void response.send("ok"));
  app.get("/metricsandmore", (_request, response) => void response.send("ok"));
  const items = Router();
  items.get("/", (_request, response) => void response.send("all"));
  items.get("/:item", (_request, response) => void response.send("item"));
  items.get("/:item/broken", () => {
    throw new Error("broken");
  });
  app.use("/shop/items", items);
  app.use("/tenants/:tenant/items", items);
  app.use("/Shop/Mixed/", items);
  app.use("/v:version/items", items);
  app.use("/files/*path/items", items);
  app.use(/^\/r\d+/i, items);
  app.use(["/first", "/second"], items);
  app.use("/:any", (_request, _response, next) => { next(); }); // prettier-ignore
  const outer = Router({ mergeParams: true });
  outer.use("/passed/:by", Router());
  outer.param("who", (_request, _response, next) => setImmediate(next));
  outer.use("/:who/deep", items);
  app.use("/outer/:org", outer);
  const sub = express();
  sub.get("/page", (_request, response) => void response.send("page"));
  app.use("/sub", sub);
  const failed: ErrorRequestHandler = (_error, _request, response, _next) => void response.sendStatus(503);
  app.use(failed);
  return app;
}

describe("the middleware on a real server", () => {
  let metrics: Metrics;
  let server: Server;
  let port: number;

  async function start(options?: HttpOptions): Promise<void> {
    metrics = createMetrics({ defaults: false });
    server = application(metrics, options).listen(0, "127.0.0.1");
    await once(server, "listening");
    ({ port } = server.address() as AddressInfo);
  }
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  /** Labels of the requests counted so far, with their count. */
  async function counted(): Promise<Record<string, number>> {
    const found = [...(await seriesOf(metrics))].filter(([name]) => name.startsWith("http_requests_total"));
    return Object.fromEntries(found.map(([name, value]) => [name.slice("http_requests_total".length), value]));
  }
  const url = (path: string): string => `http://127.0.0.1:${port}${path}`;
  const waitFor = (count: number): Promise<void> =>
    until("the requests are counted", async () => {
      const counts = Object.values(await counted());
      return counts.reduce((sum, one) => sum + one, 0) === count;
    });

  const cases = [
    { name: "the root", path: "/", route: "/", status: 200 },
    { name: "a parameter", path: "/users/4711", route: "/users/:id", status: 200 },
    { name: "a query", path: "/users/4711?secret=1", route: "/users/:id", status: 200 },
    { name: "a list of patterns", path: "/two", route: "/one,/two", status: 200 },
    { name: "a method of its own", path: "/orders", method: "POST", route: "/orders", status: 201 },
    { name: "a router's root", path: "/shop/items", route: "/shop/items", status: 200 },
    { name: "a router", path: "/shop/items/7", route: "/shop/items/:item", status: 200 },
    { name: "an error that leaves its router", path: "/shop/items/7/broken", route: "/shop/items/:item/broken", status: 503 },
    { name: "a mount with a parameter", path: "/tenants/acme/items/7", route: "/tenants/:tenant/items/:item", status: 200 },
    { name: "an encoded one", path: "/tenants/a%20b/items", route: "/tenants/:tenant/items", status: 200 },
    { name: "an error below it", path: "/tenants/acme/items/7/broken", route: "/tenants/:tenant/items/:item/broken", status: 503 },
    { name: "a value like the mount itself", path: "/tenants/items/items/tenants", route: "/tenants/:tenant/items/:item", status: 200 },
    { name: "a mount in other letters", path: "/sHoP/ITEMS/7", route: "/shop/items/:item", status: 200 },
    { name: "a mount with capitals and a slash", path: "/shop/mixed/7", route: "/Shop/Mixed/:item", status: 200 },
    { name: "slashes at the end", path: "/shop/items/7/", route: "/shop/items/:item", status: 200 },
    { name: "a router's root with a slash", path: "/Shop/items/", route: "/shop/items", status: 200 },
    { name: "an encoded mount, which is another path", path: "/%73hop/items/7", route: "none", status: 404 },
    { name: "a parameter within a segment", path: "/v17/items/7", route: "/v:version/items/:item", status: 200 },
    { name: "a wildcard of many segments", path: "/files/a//b/c/items/7", route: "/files/*path/items/:item", status: 200 },
    { name: "an expression", path: "/R17/7", route: String.raw`/^\\/r\\d+/i/:item`, status: 200 },
    { name: "one of several mounts", path: "/SECOND/7", route: "/second/:item", status: 200 },
    { name: "routers within a router", path: "/Outer/acme/joe/DEEP/7", route: "/outer/:org/:who/deep/:item", status: 200 },
    { name: "a mount that another one passed on", path: "/outer/acme/passed/deep/7", route: "/outer/:org/:who/deep/:item", status: 200 },
    { name: "an application in an application", path: "/SUB/page", route: "/sub/page", status: 200 },
    { name: "no route", path: "/wp-login.php", route: "none", status: 404 },
    { name: "no route of a router", path: "/shop/items/7/none", route: "none", status: 404 },
    { name: "a malformed path", path: "/users/%zz", route: "none", status: 503 },
    { name: "an unusual method", path: "/users/1", method: "PROPFIND", label: "other", route: "none", status: 404 },
    { name: "what only begins like a probe", path: "/metricsandmore", route: "/metricsandmore", status: 200 },
  ]; // prettier-ignore
  for (const { name, path, method = "GET", label = method, route, status } of cases) {
    it(`counts ${name} as ${route}`, async () => {
      await start();
      await (await fetch(url(path), { method })).text();
      await waitFor(1);
      assert.deepEqual(await counted(), { [`{method="${label}",route="${route}",status="${status}"}`]: 1 });
      const series = await seriesOf(metrics);
      assert.equal(series.get(`http_request_duration_seconds_count{method="${label}",route="${route}"}`), 1);
      assert.equal(series.get("http_requests_in_flight"), 0);
    });
  }

  for (const path of ["/slow", "/partial"]) {
    it(`counts a client that leaves ${path} as aborted, and as in flight until then`, async () => {
      await start();
      const client = request(url(path)).end();
      client.on("error", () => undefined);
      await until("it is in flight", async () => (await seriesOf(metrics)).get("http_requests_in_flight") === 1);
      client.destroy();
      await waitFor(1);
      assert.deepEqual(await counted(), { [`{method="GET",route="${path}",status="aborted"}`]: 1 });
      assert.equal((await seriesOf(metrics)).get("http_requests_in_flight"), 0);
    });
  }

  it("leaves probes out", async () => {
    await start();
    for (const path of ["/healthz/live", "/metrics", "/"]) await (await fetch(url(path))).text();
    await waitFor(1);
    assert.deepEqual(await counted(), { '{method="GET",route="/",status="200"}': 1 });
  });

  it("leaves out what it is told", async () => {
    await start({ exclude: ["/users"] });
    for (const path of ["/users/1", "/healthz/live"]) await (await fetch(url(path))).text();
    await waitFor(1);
    assert.deepEqual(await counted(), { '{method="GET",route="/healthz/live",status="200"}': 1 });
  });

  it("makes one series of all ways to write a mount, so that nobody can use the routes up", async function () {
    this.timeout(120_000);
    await start();
    const word = "tenants/x/items";
    const ways = Array.from({ length: 600 }, (_, way) =>
      Array.from(word, (letter, at) => ((way >> at) & 1 ? letter.toUpperCase() : letter)).join(""),
    );
    for (const way of ways) await (await fetch(url(`/${way}`))).text();
    await (await fetch(url("/users/1"))).text();
    await waitFor(601);
    assert.deepEqual(await counted(), {
      '{method="GET",route="/tenants/:tenant/items",status="200"}': 600,
      '{method="GET",route="/users/:id",status="200"}': 1,
    });
  });

  it("knows the mount of a router that it is within, and counts for two at once", async () => {
    await start();
    server.close();
    const other = createMetrics({ defaults: false });
    const app = express();
    const inner = Router();
    inner.use(metrics.http(), other.http());
    inner.get("/:id", (_request, response) => void response.send("ok"));
    app.use("/in/:tenant", inner);
    server = app.listen(0, "127.0.0.1");
    await once(server, "listening");
    ({ port } = server.address() as AddressInfo);
    await (await fetch(url("/in/acme/7"))).text();
    await waitFor(1);
    const series = 'http_requests_total{method="GET",route="/in/:tenant/:id",status="200"}';
    for (const one of [metrics, other]) assert.equal((await seriesOf(one)).get(series), 1);
  });

  it("makes no series for each value, whatever is asked for", async () => {
    await start();
    for (let id = 0; id < 30; id++)
      for (const path of [`/users/${id}`, `/tenants/t${id}/items/${id}`, `/nothing/${id}`])
        await (await fetch(url(path))).text();
    await waitFor(90);
    assert.equal(Object.keys(await counted()).length, 3);
  });
});
