import { once } from "node:events";
import type { AddressInfo } from "node:net";
import express from "express";
import { createMetrics } from "@jobsprint/runtime/metrics";

const metrics = createMetrics();
const app = express();
// Before the routes, or it sees none of them.
app.use(metrics.http());
app.get("/workflows/:id", (request, response) => {
  response.json({ id: request.params.id });
});
app.get("/metrics", async (_request, response) => {
  response.set("content-type", metrics.registry.contentType).send(await metrics.registry.metrics());
});

// createDatabase({ telemetry: metrics.database }), createCache and connectQueue likewise; their status is asked for at
// each scrape: metrics.observeDatabase(() => database.status()).
metrics.observeQueue(() => ({ connected: true, depth: { workflow: 3, workflow_dlx: null } }));
metrics.workflow.started();
metrics.workflow.finished("succeeded", 1.5);

const server = app.listen(Number(process.env["PORT"] ?? 0), "127.0.0.1");
await once(server, "listening");
const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
for (const path of ["/workflows/1", "/workflows/2", "/nothing"]) await (await fetch(origin + path)).text();

const page = await (await fetch(`${origin}/metrics`)).text();
const shown = /^(http_requests_total|workflow_executions_total|queue_depth)/;
for (const line of page.split("\n").filter((one) => shown.test(one))) console.log(line);
server.closeAllConnections();
server.close();
