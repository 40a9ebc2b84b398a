import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { connect } from "amqplib";
import type { RabbitmqBroker } from "../../../../autoscaler/src/adapters/rabbitmq/rabbitmqBroker.ts";
import type { Reading } from "../../../../autoscaler/src/core/model.ts";
import type { MetricSource } from "../../../../autoscaler/src/ports/metricSource.ts";
import { temporaryFolder } from "../../../../local/process.ts";
import { startRabbitmq, type Rabbitmq } from "../../../../local/servers/rabbitmq.ts";
import { until } from "../../../support/until.ts";
import { brokerOf, read } from "../rabbitmqReadings.ts";

const username = "autoscaler";
const passwords = ["first/s3cret@:+", "second/s3cret%20 é", "third"];

describe("rabbitmq adapter while its password is changed", function () {
  this.timeout(120_000);
  let server: Rabbitmq;
  let broker: RabbitmqBroker;
  let source: MetricSource;
  let file: string;
  const texts: string[] = [];

  /** A reading; its texts are kept for the last test. */
  const readAndKeep = async (): Promise<Reading> => {
    const reading = await read(source);
    texts.push("error" in reading ? reading.error : (reading.partial ?? ""));
    return reading;
  };
  const isFull = (reading: Reading): boolean => "value" in reading && reading.partial === undefined;
  const connections = async (): Promise<number> =>
    (await server.ctl(["list_connections", "-q", "user"])).split("\n").filter((user) => user === username).length;

  before(async () => {
    server = await startRabbitmq();
    file = join(temporaryFolder("rotated-password"), "password");
    await writeFile(file, passwords[0]!, { mode: 0o600 });
    await server.ctl(["add_user", username, passwords[0]!]);
    await server.ctl(["set_user_tags", username, "monitoring"]);
    await server.ctl(["set_permissions", "-p", "/", username, "", "", ".*"]);
    const client = await connect(server.amqpUrlWithCredentials);
    await (await client.createChannel()).assertQueue("workflow", { durable: true });
    await client.close();
    broker = brokerOf(server, { credentials: async () => ({ username, password: await readFile(file, "utf8") }) });
    source = broker.queue({ vhost: "/", queues: [{ name: "workflow", weight: 1 }], count: "all" });
    await until("the reading is full", async () => isFull(await readAndKeep()), 15);
  });

  after(async () => {
    await broker.close();
    await server.stop();
  });

  it("keeps its AMQP connection and polls again with the changed file", async () => {
    await server.ctl(["change_password", username, passwords[1]!]);
    await until("the poll is refused", async () => !isFull(await readAndKeep()), 15);
    assert.match(texts.at(-1) ?? "", /^unacknowledged .* management API 127\.0\.0\.1:\d+: HTTP 401$/);
    await writeFile(file, passwords[1]!);
    // A failed poll is shared for a second.
    await until("the reading is full", async () => isFull(await readAndKeep()), 3);
    assert.equal(await connections(), 1);
  });

  it("connects with the changed file after its connection was closed", async () => {
    await server.ctl(["close_all_user_connections", username, "rotated"]);
    await until("it connects again", async () => isFull(await readAndKeep()) && (await connections()) === 1, 15);
    assert.equal(await connections(), 1);
  });

  it("fails while the file is behind, and reads by itself when it has followed", async () => {
    await server.ctl(["change_password", username, passwords[2]!]);
    await server.ctl(["close_all_user_connections", username, "rotated"]);
    await until("neither part answers", async () => "error" in (await readAndKeep()), 15);
    assert.match(texts.at(-1) ?? "", /^AMQP .*ACCESS.REFUSED.*management API .*HTTP 401$/);
    await writeFile(file, passwords[2]!);
    await until("both answer", async () => isFull(await readAndKeep()) && (await connections()) === 1, 20);
  });

  it("never told a password", () => {
    const secrets = passwords.flatMap((password) => [
      password,
      encodeURIComponent(password),
      Buffer.from(`${username}:${password}`).toString("base64"),
    ]);
    assert.ok(texts.some((text) => text.includes("ACCESS")));
    for (const secret of secrets) assert.ok(!texts.some((text) => text.includes(secret)));
  });
});
