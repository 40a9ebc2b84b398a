import assert from "node:assert/strict";
import { join } from "node:path";
import { connect, type ChannelModel, type ConfirmChannel } from "amqplib";
import { freePort, startProcess, temporaryFolder, type ManagedProcess } from "../../../../local/process.ts";
import { startRabbitmq, type Rabbitmq } from "../../../../local/servers/rabbitmq.ts";
import { until } from "../../../support/until.ts";

interface Report {
  readonly id: string;
  readonly redelivered: boolean;
  readonly startedAt: number;
  readonly finishedAt: number;
}

describe("workflow-worker", function () {
  this.timeout(180_000);
  let broker: Rabbitmq;
  let connection: ChannelModel;
  let channel: ConfirmChannel;
  let worker: ManagedProcess | undefined;
  let port: number;

  before(async () => {
    broker = await startRabbitmq();
    connection = await connect(broker.amqpUrlWithCredentials);
    channel = await connection.createConfirmChannel();
  });
  after(async () => {
    await connection.close();
    await broker.stop();
  });
  beforeEach(async () => {
    for (const queue of ["jobs", "reports"])
      await channel.assertQueue(queue, { durable: true, arguments: { "x-queue-type": "quorum" } });
  });
  afterEach(async () => {
    await worker?.stop("SIGKILL");
    for (const queue of ["jobs", "reports"]) await channel.deleteQueue(queue);
  });

  async function startWorker(environment: Record<string, string> = {}): Promise<ManagedProcess> {
    port = await freePort();
    worker = startProcess({
      name: "worker",
      command: process.execPath,
      args: [join(import.meta.dirname, "../../../../services/workflow-worker/src/main.ts")],
      folder: temporaryFolder("worker"),
      env: {
        PATH: process.env["PATH"],
        AMQP_URL: broker.amqpUrl,
        USERNAME_FILE: broker.usernameFile,
        PASSWORD_FILE: broker.passwordFile,
        QUEUE: "jobs",
        REPORT_QUEUE: "reports",
        HOST: "127.0.0.1",
        PORT: String(port),
        ...environment,
      },
    });
    await until("the worker is ready", async () => (await get("/readyz")).ok);
    return worker;
  }
  const get = (path: string): Promise<Response> => fetch(`http://127.0.0.1:${port}${path}`);
  const depth = async (queue: string): Promise<number> => (await channel.checkQueue(queue)).messageCount;

  async function publish(...bodies: string[]): Promise<void> {
    for (const [index, body] of bodies.entries())
      channel.sendToQueue("jobs", Buffer.from(body), { messageId: `job-${index}`, persistent: true });
    await channel.waitForConfirms();
  }
  async function reports(): Promise<Report[]> {
    const found: Report[] = [];
    for (;;) {
      const message = await channel.get("reports", { noAck: true });
      if (message === false) return found;
      found.push(JSON.parse(message.content.toString()) as Report);
    }
  }

  it("works each job for the time its body names, reports it and acks", async () => {
    await startWorker();
    await publish('{"workSeconds":0.2}', '{"workSeconds":0}');
    await until("both are reported", async () => (await depth("reports")) === 2);
    const done = await reports();
    assert.deepEqual(
      done.map(({ id, redelivered }) => ({ id, redelivered })),
      [
        { id: "job-0", redelivered: false },
        { id: "job-1", redelivered: false },
      ],
    );
    const [first] = done;
    assert.ok(first!.finishedAt - first!.startedAt >= 0.19);
    await until("both are acked", async () =>
      (await (await get("/metrics")).text()).includes('workflow_worker_messages_total{outcome="acked"} 2'),
    );
    assert.equal((await get("/healthz")).status, 200);
  });

  it("on SIGTERM finishes and acks what is in flight, takes no more and exits 0", async () => {
    const started = await startWorker({ PREFETCH: "2" });
    await publish(...Array<string>(5).fill('{"workSeconds":1}'));
    await until("two are in flight", async () =>
      (await (await get("/metrics")).text()).includes("workflow_worker_messages_in_flight 2"),
    );
    started.kill("SIGTERM");
    assert.deepEqual(await started.exited, { code: 0, signal: null });
    await until("the other three wait again", async () => (await depth("jobs")) === 3);
    assert.equal((await reports()).length, 2);
  });

  it("exits 1 when the grace time cuts work off, and the broker keeps the message", async () => {
    const started = await startWorker({ GRACE_SECONDS: "0" });
    await publish('{"workSeconds":60}');
    await until("it is in flight", async () => (await depth("jobs")) === 0);
    started.kill("SIGTERM");
    assert.deepEqual(await started.exited, { code: 1, signal: null });
    await until("the message waits again", async () => (await depth("jobs")) === 1);
  });

  it("rejects what it can never work on instead of taking it again for ever", async () => {
    await startWorker();
    await publish("not JSON", '{"workSeconds":0}');
    await until("the good one is reported", async () => (await depth("reports")) === 1);
    assert.equal(await depth("jobs"), 0);
    const text = await (await get("/metrics")).text();
    assert.match(text, /workflow_worker_messages_total\{outcome="rejected"\} 1/);
  });

  it("goes on after its connection was closed by the broker; the job in flight comes again", async () => {
    await startWorker();
    // Longer than rabbitmqctl takes on a busy machine.
    await publish('{"workSeconds":8}');
    await until("it is in flight", async () => (await depth("jobs")) === 0);
    await broker.ctl(["close_all_user_connections", broker.username, "test"]);
    connection = await connect(broker.amqpUrlWithCredentials);
    channel = await connection.createConfirmChannel();
    await until("it is reported", async () => (await depth("reports")) >= 1, 45);
    const done = await reports();
    assert.equal(done.at(-1)?.redelivered, true);
  });

  it("waits for a queue that does not exist yet", async () => {
    await channel.deleteQueue("jobs");
    port = 0;
    const started = startWorker();
    await until("it has an address", () => port !== 0);
    await until("it is alive but not ready", async () => (await get("/readyz")).status === 503);
    await channel.assertQueue("jobs", { durable: true, arguments: { "x-queue-type": "quorum" } });
    await started;
    assert.equal((await get("/readyz")).status, 200);
  });
});
