import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { Agent, request } from "node:http";
import { freePort } from "../../../local/process.ts";
import { until } from "../../support/until.ts";
import { seriesValue, startService, startStack, type Service, type Stack } from "../support/stack.ts";

// The whole way of an execution over real servers: gateway, PgBouncer, PostgreSQL with a replica, Redis, RabbitMQ, worker.
describe("api-gateway and workflow-worker together", function () {
  this.timeout(300_000);
  let stack: Stack;
  let gateway: Service;
  let worker: Service;

  before(async () => {
    stack = await startStack();
    const { environment } = stack.layer;
    [gateway, worker] = await Promise.all([
      startService("api-gateway", { ...environment, REQUEST_SECONDS: "5" }),
      startService("workflow-worker", { ...environment, PREFETCH: "4" }),
    ]);
  });
  after(async () => {
    await Promise.all([gateway.process.stop(), worker.process.stop()]);
    await stack.stop();
  });

  const userId = randomUUID();
  interface Reply {
    status: number;
    headers: Headers;
    body: Record<string, unknown>;
  }
  async function call(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Reply> {
    const response = await fetch(`${gateway.url}${path}`, {
      method,
      headers: { "x-user-id": userId, "content-type": "application/json", ...headers },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: JSON.parse(text || "{}") as Reply["body"] };
  }
  const newWorkflow = async (): Promise<string> => {
    const { status, body } = await call("POST", "/v1/workflows", { name: "daily report" });
    assert.equal(status, 201);
    return String(body["id"]);
  };
  const start = (workflow: string, input: object = { workSeconds: 0 }, headers: Record<string, string> = {}) =>
    call("POST", `/v1/workflows/${workflow}/executions`, { input }, headers);
  const untilStatus = (id: string, status: string): Promise<void> =>
    until(
      `execution ${id} has ${status}`,
      async () => (await call("GET", `/v1/executions/${id}`)).body["status"] === status,
      60,
    );

  it("creates, starts, works and tells the end", async () => {
    const workflow = await newWorkflow();
    const { status, body, headers } = await start(workflow);
    assert.equal(status, 202);
    assert.equal(headers.get("location"), `/v1/executions/${String(body["id"])}`);
    await untilStatus(String(body["id"]), "succeeded");
    const [row] = await stack.sql("select total_executions, successful_executions from workflows where id = $1", [
      workflow,
    ]);
    assert.deepEqual(row, { total_executions: 1, successful_executions: 1 });
    const audit = await stack.sql("select action from audit_logs where user_id = $1 order by created_at", [userId]);
    assert.deepEqual(audit.map(({ action }) => action).slice(-2), ["workflow.created", "execution.started"]);
  });

  it("takes urgent ones by their own queue", async () => {
    const workflow = await newWorkflow();
    const path = `/v1/workflows/${workflow}/executions`;
    const { body } = await call("POST", path, { input: { workSeconds: 0 }, priority: "urgent" });
    await untilStatus(String(body["id"]), "succeeded");
    const series = 'queue_messages_total{queue="workflow_priority",operation="acked"}';
    await until("it is acked", async () => seriesValue(await worker.metrics(), series) === 1);
  });

  it("fails an execution whose input asks for nothing that can be done, and says why", async () => {
    const { body } = await start(await newWorkflow(), { workSeconds: -1 });
    await untilStatus(String(body["id"]), "failed");
    const { body: failed } = await call("GET", `/v1/executions/${String(body["id"])}`);
    assert.match(String(failed["error"]), /workSeconds must be from 0 to 1500, not -1/);
  });

  it("starts once however often it is asked with one key", async () => {
    const workflow = await newWorkflow();
    const key = randomUUID();
    const replies = await Promise.all([1, 2, 3].map(() => start(workflow, {}, { "idempotency-key": key })));
    for (const { status, body } of replies) assert.deepEqual([status, body["id"]], [202, key]);
    await untilStatus(key, "succeeded");
    const counts = "select total_executions, successful_executions from workflows where id = $1";
    assert.deepEqual(await stack.sql(counts, [workflow]), [{ total_executions: 1, successful_executions: 1 }]);
    assert.equal((await start(await newWorkflow(), {}, { "idempotency-key": key })).status, 409);
  });

  it("serves workflows from the cache until a write takes them out", async () => {
    await newWorkflow();
    const hits = async () =>
      seriesValue(await gateway.metrics(), 'cache_requests_total{level="memory",result="hit"}') ?? 0;
    const { body: first } = await call("GET", "/v1/workflows?limit=100");
    const before = await hits();
    assert.deepEqual((await call("GET", "/v1/workflows?limit=100")).body, first);
    assert.equal(await hits(), before + 1);
    const created = await newWorkflow();
    const { body } = await call("GET", "/v1/workflows?limit=100");
    assert.equal((body["workflows"] as { id: string }[])[0]?.id, created);
  });

  it("pages through all workflows, each once", async () => {
    const ids: string[] = [];
    let after = "";
    do {
      const { body } = await call("GET", `/v1/workflows?limit=2${after}`);
      ids.push(...(body["workflows"] as { id: string }[]).map(({ id }) => id));
      const next = body["next"] as string | null;
      after = next === null ? "" : `&after=${next}`;
    } while (after !== "");
    const [row] = await stack.sql("select count(*)::int as count from workflows where user_id = $1", [userId]);
    assert.equal(new Set(ids).size, ids.length);
    assert.equal(ids.length, row?.["count"]);
  });

  it("reads several executions at once and streams all of a workflow", async () => {
    const workflow = await newWorkflow();
    const ids = await Promise.all([1, 2, 3].map(async () => String((await start(workflow)).body["id"])));
    await Promise.all(ids.map((id) => untilStatus(id, "succeeded")));
    const unknown = randomUUID();
    const { body } = await call("GET", `/v1/executions?ids=${[...ids, unknown].join()}`);
    assert.deepEqual(
      (body["executions"] as ({ id: string } | null)[]).map((one) => one?.id),
      [...ids, undefined],
    );
    const response = await fetch(`${gateway.url}/v1/workflows/${workflow}/executions`, {
      headers: { "x-user-id": userId },
    });
    assert.match(response.headers.get("content-type") ?? "", /^application\/x-ndjson/);
    const streamed = (await response.text())
      .trimEnd()
      .split("\n")
      .map((line) => (JSON.parse(line) as { id: string }).id);
    assert.deepEqual(streamed.sort(), [...ids].sort());
  });

  it("lets a client read its own write by the position of it", async () => {
    const { headers, body } = await start(await newWorkflow());
    const position = headers.get("x-read-after");
    assert.match(position ?? "", /^[0-9A-F]+\/[0-9A-F]+$/);
    const reply = await call("GET", `/v1/executions/${String(body["id"])}`, undefined, {
      "x-read-after": position ?? "",
    });
    assert.equal(reply.status, 200);
  });

  const bad: {
    name: string;
    method?: string;
    path: string;
    body?: unknown;
    headers?: Record<string, string>;
    status: number;
    paths?: string[];
  }[] = [
    {
      name: "everything that is wrong at once",
      method: "POST",
      path: "/v1/workflows",
      body: { name: "", definition: 7, more: 1 },
      headers: { "x-user-id": "me" },
      status: 400,
      paths: ["body", "body.definition", "body.name", "headers.x-user-id"],
    },
    { name: "no JSON", method: "POST", path: "/v1/workflows", body: "{", status: 400 },
    {
      name: "too large a body",
      method: "POST",
      path: "/v1/workflows",
      body: { name: "x".repeat(300_000) },
      status: 413,
    },
    {
      name: "too many ids",
      path: `/v1/executions?ids=${Array.from({ length: 101 }, () => randomUUID()).join()}`,
      status: 400,
      paths: ["query.ids"],
    },
    {
      name: "a position that is none",
      path: "/v1/workflows",
      headers: { "x-read-after": "x" },
      status: 400,
      paths: ["headers.x-read-after"],
    },
    { name: "a cursor that is none", path: "/v1/workflows?after=x", status: 400, paths: ["query.after"] },
    { name: "a workflow that is not there", path: `/v1/workflows/${randomUUID()}`, status: 404 },
    {
      name: "an execution of a workflow that is not there",
      method: "POST",
      path: `/v1/workflows/${randomUUID()}/executions`,
      body: {},
      status: 404,
    },
    { name: "an execution that is not there", path: `/v1/executions/${randomUUID()}`, status: 404 },
    { name: "a path that is none", path: "/v2", status: 404 },
  ];
  for (const { name, method = "GET", path, body, headers = {}, status, paths } of bad) {
    it(`answers ${status} to ${name}`, async () => {
      const reply = await call(method, path, body, headers);
      assert.equal(reply.status, status);
      assert.match(reply.headers.get("content-type") ?? "", /^application\/problem\+json/);
      const errors = reply.body["errors"] as { path: string }[] | undefined;
      assert.deepEqual(errors?.map((error) => error.path).sort(), paths);
    });
  }

  it("shows nobody another one's workflows and executions", async () => {
    const workflow = await newWorkflow();
    const { body } = await start(workflow);
    const stranger = { "x-user-id": randomUUID() };
    for (const path of [
      `/v1/workflows/${workflow}`,
      `/v1/workflows/${workflow}/executions`,
      `/v1/executions/${String(body["id"])}`,
    ])
      assert.equal((await call("GET", path, undefined, stranger)).status, 404, path);
    assert.equal((await start(workflow, {}, stranger)).status, 404);
  });

  it("answers 503 while the database is away, cached reads all the same, and works again after", async () => {
    const workflow = await newWorkflow();
    assert.equal((await call("GET", `/v1/workflows/${workflow}`)).status, 200);
    await stack.layer.pgbouncer.node.stop();
    const { status, headers } = await start(workflow);
    assert.equal(status, 503);
    assert.equal(headers.get("retry-after"), "2");
    assert.equal((await call("GET", `/v1/workflows/${workflow}`)).status, 200);
    assert.equal((await fetch(`${gateway.url}/healthz/ready`)).status, 200);
    await stack.layer.pgbouncer.node.start();
    await until("executions are taken again", async () => (await start(workflow)).status === 202, 60);
  });

  it("answers 503 while the broker is away, and what it refused is failed and stays undone", async () => {
    const workflow = await newWorkflow();
    const [node] = stack.layer.broker.nodes;
    await node?.stop();
    const key = randomUUID();
    assert.equal((await start(workflow, {}, { "idempotency-key": key })).status, 503);
    await untilStatus(key, "failed");
    const { body } = await call("GET", `/v1/executions/${key}`);
    assert.deepEqual([body["status"], body["error"], body["startedAt"]], ["failed", "no queue took it", null]);
    await node?.start();
    await until(
      "the same request is taken",
      async () => (await start(workflow, {}, { "idempotency-key": key })).status === 202,
      60,
    );
    await untilStatus(key, "succeeded");
  });

  it("does what one gateway could not publish and another one has taken with the same key", async () => {
    const workflow = await newWorkflow();
    const AMQP_URL = `amqp://127.0.0.1:${await freePort()}`;
    const cutOff = await startService("api-gateway", { ...stack.layer.environment, AMQP_URL, REQUEST_SECONDS: "10" });
    const key = randomUUID();
    try {
      // Nobody works until both have answered.
      worker.process.kill("SIGSTOP");
      const stuck = fetch(`${cutOff.url}/v1/workflows/${workflow}/executions`, {
        method: "POST",
        headers: { "x-user-id": userId, "idempotency-key": key },
      });
      const row = "select status from executions where id = $1";
      await until("its row is there", async () => (await stack.sql(row, [key])).length === 1);
      assert.equal((await start(workflow, {}, { "idempotency-key": key })).status, 202);
      assert.equal((await stuck).status, 202);
      assert.deepEqual(await stack.sql(row, [key]), [{ status: "pending" }]);
    } finally {
      worker.process.kill("SIGCONT");
      await cutOff.process.stop();
    }
    await untilStatus(key, "succeeded");
  });

  it("loses no request when the gateway is told to stop under load", async () => {
    const workflow = await newWorkflow();
    const second = await startService("api-gateway", { ...stack.layer.environment, DEREGISTRATION_SECONDS: "2" });
    const agent = new Agent({ keepAlive: true });
    const ask = (): Promise<{ status: number; id: string }> =>
      new Promise((resolve, reject) => {
        const id = randomUUID();
        const headers = { "x-user-id": userId, "idempotency-key": id, "content-length": 0 };
        const sent = request(`${second.url}/v1/workflows/${workflow}/executions`, { method: "POST", agent, headers });
        sent.once("response", (response) => {
          response.resume().once("end", () => {
            resolve({ status: response.statusCode ?? 0, id });
          });
        });
        sent.once("error", reject).end();
      });
    const answers: Promise<{ status: number; id: string }>[] = [];
    const timer = setInterval(() => answers.push(ask()), 20);
    await until("answers come", async () => answers.length > 20 && (await answers[0])?.status !== 0);
    second.process.kill("SIGTERM");
    // A load balancer sends on until its next probe.
    await until("it is not ready", async () => (await fetch(`${second.url}/healthz/ready`)).status === 503);
    clearInterval(timer);
    const all = await Promise.all(answers);
    assert.deepEqual(
      all.filter(({ status }) => status !== 202),
      [],
    );
    const ids = all.map(({ id }) => id);
    const kept = await stack.sql("select count(*)::int as count from executions where id = any($1)", [ids]);
    assert.deepEqual(kept, [{ count: ids.length }]);
    assert.deepEqual(await second.process.exited, { code: 0, signal: null });
    agent.destroy();
  });
});
