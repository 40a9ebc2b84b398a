import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot } from "../../../../local/paths.ts";
import { startProcess, temporaryFolder } from "../../../../local/process.ts";
import { until } from "../../../support/until.ts";
import { seriesValue, startService, startStack, type Service, type Stack } from "../../support/stack.ts";

describe("workflow-worker", function () {
  this.timeout(300_000);
  let stack: Stack;
  let worker: Service | undefined;
  let workflow: string;

  before(async () => {
    stack = await startStack();
  });
  after(() => stack.stop());
  beforeEach(async () => {
    workflow = randomUUID();
    await stack.sql("insert into workflows (id, user_id, name, is_active) values ($1, $1, 'w', true)", [workflow]);
  });
  afterEach(async () => {
    await worker?.process.stop("SIGKILL");
    worker = undefined;
    for (const queue of ["workflow", "workflow_dlx", "workflow-done"]) await stack.channel.purgeQueue(queue);
  });

  const startWorker = async (environment: Record<string, string> = {}): Promise<Service> => {
    worker = await startService("workflow-worker", { ...stack.layer.environment, ...environment });
    return worker;
  };
  async function publish(id: string): Promise<void> {
    stack.channel.sendToQueue("workflow", Buffer.from("{}"), { messageId: id, persistent: true });
    await stack.channel.waitForConfirms();
  }
  /** A row and its message, as the gateway leaves them. */
  async function start(workSeconds: number): Promise<string> {
    const id = randomUUID();
    await stack.sql("insert into executions (id, workflow_id, input) values ($1, $2, $3)", [
      id,
      workflow,
      { workSeconds },
    ]);
    await stack.sql("update workflows set total_executions = total_executions + 1 where id = $1", [workflow]);
    await publish(id);
    return id;
  }
  const statusOf = async (id: string): Promise<unknown> =>
    (await stack.sql("select status from executions where id = $1", [id]))[0]?.["status"];
  const succeeded = async (): Promise<unknown> =>
    (await stack.sql("select successful_executions as count from workflows where id = $1", [workflow]))[0]?.["count"];
  const depth = async (queue: string): Promise<number> => (await stack.channel.checkQueue(queue)).messageCount;
  const untilStatus = (id: string, status: string): Promise<void> =>
    until(`execution ${id} has ${status}`, async () => (await statusOf(id)) === status, 90);

  it("works for the time that the input names, writes the end, reports it and counts it", async () => {
    const { metrics } = await startWorker({ REPORT_QUEUE: "workflow-done" });
    const id = await start(0.3);
    await untilStatus(id, "succeeded");
    const seconds =
      "select extract(epoch from finished_at - started_at)::float as seconds from executions where id = $1";
    assert.ok(Number((await stack.sql(seconds, [id]))[0]?.["seconds"]) >= 0.29);
    await until("it is reported", async () => (await depth("workflow-done")) === 1);
    const report = await stack.channel.get("workflow-done", { noAck: true });
    assert.ok(report !== false);
    const { id: reported, redelivered } = JSON.parse(report.content.toString()) as Record<string, unknown>;
    assert.deepEqual([reported, redelivered], [id, false]);
    const series = 'workflow_executions_total{outcome="succeeded"}';
    await until("it is counted", async () => seriesValue(await metrics(), series) === 1);
    assert.equal(await succeeded(), 1);
  });

  it("does not do again what is finished, when its message comes once more", async () => {
    const { metrics } = await startWorker();
    const id = await start(0);
    await untilStatus(id, "succeeded");
    const row = "select status, started_at, finished_at from executions where id = $1";
    const before = await stack.sql(row, [id]);
    await publish(id);
    const series = 'queue_messages_total{queue="workflow",operation="acked"}';
    await until("both are acked", async () => seriesValue(await metrics(), series) === 2);
    assert.deepEqual(await stack.sql(row, [id]), before);
    assert.equal(await succeeded(), 1);
    assert.equal(seriesValue(await metrics(), 'workflow_executions_total{outcome="succeeded"}'), 1);
  });

  it("leaves the work of a worker that is killed to another one, and counts it once", async () => {
    const first = await startWorker();
    const id = await start(3);
    await untilStatus(id, "running");
    await first.process.stop("SIGKILL");
    await startWorker();
    await untilStatus(id, "succeeded");
    assert.equal(await succeeded(), 1);
  });

  it("on SIGTERM finishes what is in flight, takes no more and exits 0", async () => {
    const { process: started, metrics } = await startWorker({ PREFETCH: "2" });
    const ids = [];
    for (let index = 0; index < 5; index++) ids.push(await start(2));
    const series = 'queue_messages_total{queue="workflow",operation="delivered"}';
    await until("two are in flight", async () => seriesValue(await metrics(), series) === 2);
    started.kill("SIGTERM");
    assert.deepEqual(await started.exited, { code: 0, signal: null });
    await until("the other three wait again", async () => (await depth("workflow")) === 3);
    const statuses = await Promise.all(ids.map(statusOf));
    assert.deepEqual(statuses.sort(), ["pending", "pending", "pending", "succeeded", "succeeded"]);
  });

  it("exits 1 when the grace time cuts work off, and the broker keeps the message", async () => {
    const { process: started } = await startWorker({ GRACE_SECONDS: "0" });
    const id = await start(60);
    await untilStatus(id, "running");
    started.kill("SIGTERM");
    assert.deepEqual(await started.exited, { code: 1, signal: null });
    await until("the message waits again", async () => (await depth("workflow")) === 1);
    assert.equal(await statusOf(id), "running");
  });

  for (const { what, id } of [
    { what: "an id that is none", id: "job-1" },
    { what: "the id of no execution", id: randomUUID() },
  ])
    it(`makes a message with ${what} a dead letter`, async () => {
      await startWorker();
      await publish(id);
      await until("it is a dead letter", async () => (await depth("workflow_dlx")) === 1);
      assert.equal(await depth("workflow"), 0);
    });

  it("waits for a database that is away, and loses nothing", async () => {
    await startWorker();
    await stack.layer.pgbouncer.node.stop();
    const id = await start(0);
    await until("it is taken", async () => (await depth("workflow")) === 0);
    await stack.layer.pgbouncer.node.start();
    await untilStatus(id, "succeeded");
    assert.equal(await succeeded(), 1);
  });

  for (const name of ["workflow-worker", "api-gateway"])
    it(`ends at once with all problems of a bad environment: ${name}`, async () => {
      const started = startProcess({
        name,
        command: process.execPath,
        args: [join(repositoryRoot, "services", name, "src", "main.ts")],
        folder: temporaryFolder(name),
        env: { PATH: process.env["PATH"], PORT: "x" },
      });
      assert.equal((await started.exited).code, 1);
      const log = readFileSync(started.logFile, "utf8");
      for (const problem of ["PORT must be", "DATABASE_HOST is required", "AMQP_URL is required"])
        assert.ok(log.includes(problem), log);
    });
});
