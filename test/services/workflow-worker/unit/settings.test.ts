import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "../../../../local/process.ts";
import { parseJob } from "../../../../services/workflow-worker/src/job.ts";
import { readSettings } from "../../../../services/workflow-worker/src/settings.ts";

describe("the worker's settings", () => {
  const file = join(temporaryFolder("settings"), "credential");
  writeFileSync(file, "hunter2\n");
  const required = {
    DATABASE_HOST: "pgbouncer",
    DATABASE_READ_WRITE: "rw",
    DATABASE_READ_ONLY: "ro",
    DATABASE_USERNAME_FILE: file,
    DATABASE_PASSWORD_FILE: file,
    AMQP_URL: "amqps://broker:5671",
    AMQP_USERNAME_FILE: file,
    AMQP_PASSWORD_FILE: file,
  };

  it("have defaults, few connections to the primary alone, and places for urgent ones", () => {
    const { prefetch, graceSeconds, port, database } = readSettings(required);
    assert.deepEqual(
      { prefetch, graceSeconds, port },
      { prefetch: { workflow: 1, workflow_priority: 1 }, graceSeconds: 25, port: 9464 },
    );
    assert.deepEqual(database.primary.pool, { min: 0, max: 2 });
    assert.equal("replicas" in database, false);
  });

  it("list every bad variable with its bound and value", () => {
    const bad = { PREFETCH: "0", WORK_MILLISECONDS: "1e3", LOG_LEVEL: "loud", DATABASE_POOL_MAX: "0" };
    assert.throws(
      () => readSettings(bad),
      ({ message }: Error) =>
        [
          'PREFETCH must be a whole number from 1 to 1000, not "0"',
          'WORK_MILLISECONDS must be a whole number from 0 to 1500000, not "1e3"',
          'LOG_LEVEL must be one of trace, debug, info, warn, error, fatal, silent, not "loud"',
          'DATABASE_POOL_MAX must be a whole number from 1 to 1000, not "0"',
          "DATABASE_HOST is required",
          "AMQP_URL is required",
          "AMQP_PASSWORD_FILE is required",
        ].every((problem) => message.includes(problem)),
    );
  });

  it("refuse credentials in the URL without quoting them", () => {
    assert.throws(
      () => readSettings({ ...required, AMQP_URL: "amqp://me:hunter2@broker" }),
      ({ message }: Error) => message.includes("AMQP_URL") && !message.includes("hunter2"),
    );
  });
});

describe("parseJob", () => {
  it("takes the duration from the input, else the default", () => {
    assert.deepEqual(parseJob({ workSeconds: 2 }, 0.1), { workSeconds: 2 });
    assert.deepEqual(parseJob({}, 0.1), { workSeconds: 0.1 });
  });

  for (const input of [7, null, "text", { workSeconds: -1 }, { workSeconds: "1" }, { workSeconds: 1501 }])
    it(`refuses ${JSON.stringify(input)}`, () => {
      assert.throws(() => parseJob(input, 0.1));
    });
});
