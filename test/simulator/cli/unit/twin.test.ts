import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { twin, type TwinOptions } from "../../../../simulator/cli/twin.ts";
import { UserError } from "../../../../simulator/userError.ts";
import { reportOf } from "../../twin/builders.ts";

const config = `apiVersion: autoscaling.jobsprint.dev/v1alpha1
kind: AutoscalerConfig
brokers:
  main:
    managementUrl: https://rabbitmq.example:15671
    amqpUrl: amqps://rabbitmq.example:5671
    usernameFile: /username
    passwordFile: /password
targets:
  - name: worker
    scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: worker, namespace: jobs }
    minReplicas: 2
    maxReplicas: 20
    metrics:
      queue: { rabbitmq: { broker: main, queues: [{ name: jobs }] } }
    rules:
      - name: wait
        drain: { metric: queue, maxWaitSeconds: 20 }
`;

describe("twin", function () {
  // The autoscaler is asked for the targets, as a process of its own.
  this.timeout(60_000);
  let folder = "";
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "twin-"));
    await writeFile(join(folder, "report.json"), JSON.stringify(reportOf()));
    await writeFile(join(folder, "autoscaler.yaml"), config);
  });
  after(async () => {
    await rm(folder, { recursive: true });
  });

  async function printed(more: Partial<TwinOptions> = {}): Promise<string> {
    const lines: string[] = [];
    const options = { report: join(folder, "report.json"), target: "worker", seeds: 2, ...more };
    await twin(options, (text) => lines.push(text));
    return lines.join("\n");
  }

  it("needs no more than what a demo has left in its folder, and leaves its picture there", async () => {
    const text = await printed();
    assert.match(text, /^300 jobs in 100 s;/);
    assert.match(text, /twin\.svg$/);
    assert.match(await readFile(join(folder, "twin.svg"), "utf8"), /^<svg/);
  });

  it("tells figures alone with --json", async () => {
    const { real, decisions } = JSON.parse(await printed({ json: true })) as Record<string, object>;
    assert.deepEqual(decisions, { logged: 0, changed: 0 });
    assert.deepEqual(Object.keys(real ?? {}).slice(0, 3), ["lateShare", "waitP50", "waitP99"]);
  });

  it("says when the decisions of the run come out otherwise now", async () => {
    const queue = { value: 9, observedAt: 1 };
    const input = { now: 1, currentReplicas: 3, readyReplicas: 3, readings: { queue } };
    const log = join(folder, "other.ndjson");
    await writeFile(log, JSON.stringify({ target: "worker", input, decision: { desiredReplicas: 19 } }));
    assert.match(await printed({ log }), /1 of 1 logged decisions come out otherwise now/);
  });

  it("refuses a log that is not there when it was asked for", async () => {
    await assert.rejects(printed({ log: join(folder, "none") }), UserError);
  });
});
