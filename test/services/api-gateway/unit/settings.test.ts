import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "../../../../local/process.ts";
import { readSettings } from "../../../../services/api-gateway/src/settings.ts";
import { catalogue } from "../../../../infra/services/catalogue.ts";
import * as worker from "../../../../services/workflow-worker/src/settings.ts";

const folder = temporaryFolder("settings");
const file = (name: string, content: string): string => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};

/** What the platform gives a tier, with files that exist here. */
function given(name: "api-gateway" | "workflow-worker"): Record<string, string> {
  const environment = catalogue[name].environment();
  const credential = file("credential", "name\n");
  const url = file("url", "rediss://:secret@redis:6379");
  const path = (key: string): string => (key === "REDIS_URL_FILE" ? url : credential);
  return Object.fromEntries(
    Object.entries(environment).map(([key, value]) => [key, key.endsWith("_FILE") ? path(key) : value]),
  );
}

describe("settings of the services", () => {
  it("are complete with what the platform gives the gateway", () => {
    const { port, metricsPort, database, queue } = readSettings(given("api-gateway"));
    assert.deepEqual([port, metricsPort], [8080, 9464]);
    assert.equal(database.replicas?.[0]?.database, "ro");
    assert.deepEqual(queue.urls, ["amqps://rabbitmq.jobsprint.svc.cluster.local:5671"]);
  });

  it("are complete with what the platform gives the worker", () => {
    const { prefetch, graceSeconds } = worker.readSettings(given("workflow-worker"));
    assert.deepEqual(prefetch, { workflow: 8, workflow_priority: 2 });
    assert.equal(graceSeconds, 60);
  });

  it("of the gateway name every variable that is missing or bad, and no secret", () => {
    const bad = { PORT: "x", BODY_LIMIT_BYTES: "1", REDIS_URL_FILE: file("bad-url", "hunter2") };
    assert.throws(
      () => readSettings(bad),
      ({ message }: Error) =>
        ["PORT must be", "BODY_LIMIT_BYTES must be", "REDIS_URL_FILE must", "DATABASE_HOST is", "AMQP_URL is"].every(
          (problem) => message.includes(problem),
        ) && !message.includes("hunter2"),
    );
  });
});
