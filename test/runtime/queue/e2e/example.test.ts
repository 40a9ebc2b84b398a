import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runCommand } from "../../../../local/command.ts";
import { repositoryRoot } from "../../../../local/paths.ts";
import { temporaryFolder } from "../../../../local/process.ts";
import { until } from "../../../support/until.ts";
import { createBroker, services, type Broker } from "../support/broker.ts";

describe("the queue's example", function () {
  this.timeout(300_000);
  let broker: Broker;
  let folder: string;
  before(async () => {
    folder = temporaryFolder("queue-example");
    broker = await createBroker();
  });
  after(async () => {
    await broker.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  it("works with a service's rights and ends", async () => {
    const files = { AMQP_USERNAME_FILE: join(folder, "username"), AMQP_PASSWORD_FILE: join(folder, "password") };
    writeFileSync(files.AMQP_USERNAME_FILE, services.username);
    writeFileSync(files.AMQP_PASSWORD_FILE, services.password);
    const output = await runCommand(process.execPath, [join(repositoryRoot, "runtime/examples/queue.ts")], {
      env: { ...process.env, ...files, AMQP_URL: broker.urls.join(",") },
      timeoutSeconds: 120,
    });
    assert.equal(output, "worked through 3 steps, attempt 1\nall was finished in time: true\nready messages: 0\n");
    const queue = await broker.connect();
    await until("the other one is a dead letter", async () => (await queue.depth("workflow_dlx")) === 1, 60);
    assert.equal(await queue.depth("workflow_priority"), 0);
  });
});
