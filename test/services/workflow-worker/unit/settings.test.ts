import assert from "node:assert/strict";
import { parseJob } from "../../../../services/workflow-worker/src/job.ts";
import { readSettings } from "../../../../services/workflow-worker/src/settings.ts";

const required = { AMQP_URL: "amqp://broker:5672", USERNAME_FILE: "/u", PASSWORD_FILE: "/p" };

describe("readSettings", () => {
  it("fills in the defaults", () => {
    const { queue, prefetch, graceSeconds, port } = readSettings(required);
    assert.deepEqual(
      { queue, prefetch, graceSeconds, port },
      { queue: "workflow", prefetch: 1, graceSeconds: 25, port: 9464 },
    );
  });

  it("lists every bad variable with its bound and value", () => {
    assert.throws(() => readSettings({ PREFETCH: "0", WORK_MILLISECONDS: "1e3", LOG_LEVEL: "loud" }), {
      message: [
        "bad environment:",
        "AMQP_URL is required",
        "USERNAME_FILE is required",
        "PASSWORD_FILE is required",
        'PREFETCH must be a whole number from 1 to 1000, not "0"',
        'WORK_MILLISECONDS must be a whole number from 0 to 3600000, not "1e3"',
        'LOG_LEVEL must be one of trace, debug, info, warn, error, fatal, silent, not "loud"',
      ].join("\n  "),
    });
  });

  it("refuses credentials in the URL without quoting them", () => {
    assert.throws(
      () => readSettings({ ...required, AMQP_URL: "amqp://me:hunter2@broker" }),
      (error: Error) => error.message.includes("USERNAME_FILE") && !error.message.includes("hunter2"),
    );
  });
});

describe("parseJob", () => {
  const parse = (body: string) => parseJob(Buffer.from(body), 0.1);

  it("takes the duration from the body, else the default", () => {
    assert.deepEqual(parse('{"workSeconds": 2}'), { workSeconds: 2 });
    assert.deepEqual(parse("{}"), { workSeconds: 0.1 });
  });

  for (const body of ["not JSON", "7", "null", '{"workSeconds": -1}', '{"workSeconds": "1"}', '{"workSeconds": 3601}'])
    it(`refuses ${body}`, () => {
      assert.throws(() => parse(body));
    });
});
